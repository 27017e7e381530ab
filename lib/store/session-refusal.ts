/**
 * What a route asked of its session that cannot be: 500 `internal` to the caller.
 *
 * @param code goes to the log, which prints no message; so it alone must tell the developer.
 */
export function sessionRefusal(code: string, message: string): TypeError {
  return Object.assign(new TypeError(message), { code: `SESSION_${code}` });
}

/** A key that a session cannot keep, because it means something to every session. */
export function keyRefusal(key: string, why: string): TypeError {
  return sessionRefusal(`KEY_IS_TAKEN:${key}`, `a session cannot keep the key "${key}": ${why}`);
}
