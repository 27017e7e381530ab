/**
 * What a route asked of its session that cannot be: 500 `internal` to the caller.
 *
 * @param code goes to the log, which prints no message; so it alone must tell the developer.
 */
export function sessionRefusal(code: string, message: string): TypeError {
  return Object.assign(new TypeError(message), { code: `SESSION_${code}` });
}
