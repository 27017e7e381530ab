/** What is used of two packages that express-session reads its cookie with, and that bring no types. */
declare module 'cookie' {
  /** The first value of each name, percent-decoded. */
  export function parse(header: string): Record<string, string | undefined>;
}

declare module 'cookie-signature' {
  /** The value with its signature after a dot. */
  export function sign(value: string, secret: string): string;

  /** The value without its signature, or false where another secret signed it. */
  export function unsign(signed: string, secret: string): string | false;
}
