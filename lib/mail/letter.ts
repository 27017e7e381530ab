/** What a mail says, before it is text or HTML; every part is plain text. */
export interface Letter {
  readonly subject: string;
  /** Before the code or the link. */
  readonly paragraphs: readonly string[];
  /** To be typed: alone on its line. */
  readonly code?: string;
  readonly link?: { readonly label: string; readonly path: string };
  /** After them. */
  readonly closing: readonly string[];
}

/** The path of a page that spends a token. */
export function withToken(page: string, token: string): string {
  return `${page}?token=${token}`;
}
