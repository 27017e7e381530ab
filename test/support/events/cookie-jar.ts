type Kept = { value: string; expiresAt: number };

/** A browser's cookies for one site: names and values, and when they end. Domain and Path are not looked at. */
export class CookieJar {
  readonly #kept = new Map<string, Kept>();

  /** Takes one Set-Cookie line; one that has ended already clears the cookie (RFC 6265, 5.3). */
  take(line: string): void {
    const [pair = '', ...attributes] = line.split(';');
    const [name, value] = splitAt(pair, '=');
    const expiresAt = expiry(attributes);
    if (expiresAt <= Date.now()) this.#kept.delete(name);
    else this.#kept.set(name, { value, expiresAt });
  }

  get(name: string): string | undefined {
    return this.all()[name];
  }

  set(name: string, value: string): void {
    this.#kept.set(name, { value, expiresAt: Number.POSITIVE_INFINITY });
  }

  delete(name: string): void {
    this.#kept.delete(name);
  }

  clear(): void {
    this.#kept.clear();
  }

  /** The cookies that a request would send, by name. */
  all(): Record<string, string> {
    const now = Date.now();
    const live = [...this.#kept].filter(([, { expiresAt }]) => expiresAt > now);
    return Object.fromEntries(live.map(([name, { value }]) => [name, value]));
  }
}

/** Max-Age has the last word over Expires. */
function expiry(attributes: string[]): number {
  const given = new Map(
    attributes.map((attribute) => {
      const [name, value] = splitAt(attribute, '=');
      return [name.toLowerCase(), value];
    }),
  );
  const maxAge = given.get('max-age');
  if (maxAge !== undefined) return Date.now() + Number(maxAge) * 1000;
  const expires = given.get('expires');
  return expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires);
}

function splitAt(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
