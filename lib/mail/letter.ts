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

/** What a letter of a kind says in one language, by what it calls the service. */
export interface LetterTexts {
  subject(site: string): string;
  paragraphs(site: string): readonly string[];
  /** On the button that leads on. */
  link?: string | ((site: string) => string);
  closing: readonly string[];
}

/** A letter of these texts. @param path where its link leads. */
export function letterOf(texts: LetterTexts, site: string, path?: string): Letter {
  const { subject, paragraphs, link, closing } = texts;
  const label = typeof link === 'function' ? link(site) : link;
  const leads = label !== undefined && path !== undefined && { link: { label, path } };
  return { subject: subject(site), paragraphs: paragraphs(site), ...leads, closing };
}

/** The path of a page that spends a token. */
export function withToken(page: string, token: string): string {
  return `${page}?token=${token}`;
}
