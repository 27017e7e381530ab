import type { Request, Response } from 'express';
import { type PageCookieConfig, pageCookie } from './page-cookie.ts';

/** What was typed into a form, by field; never a password. */
export type Typed = Readonly<Record<string, string>>;

/** So long it takes at most to show anew who one is, in seconds. */
const secondsToComeBack = 600;

const cookie = pageCookie('typed', secondsToComeBack);

/** What is larger is not kept, in characters: other cookies need their place too. */
const longest = 2048;

/**
 * Keeps what was typed into a form of the page at `path`, for when its user comes back from another page. It stays in
 * the browser, out of addresses and of the database.
 */
export function keepTyped(res: Response, path: string, values: Typed, config: PageCookieConfig): void {
  const kept = Buffer.from(JSON.stringify([path, values])).toString('base64url');
  if (Object.keys(values).length === 0 || kept.length > longest) return;
  // Who shows that at a provider comes back from there.
  cookie.leave(res, kept, config, 'lax');
}

/** What was typed here, once: it is forgotten with this answer. */
export function takeTyped(req: Request, res: Response, config: PageCookieConfig): Typed | undefined {
  const [path, values] = read(cookie.find(req, config));
  if (path !== req.path) return undefined;
  cookie.forget(res, config);
  return values;
}

/** Browsers keep what we gave them; anybody else may send anything. */
function read(kept = ''): [path?: string, values?: Typed] {
  try {
    const [path, values] = JSON.parse(Buffer.from(kept, 'base64url').toString());
    const entries = Object.entries(values as object);
    if (typeof path !== 'string' || entries.some(([, value]) => typeof value !== 'string')) return [];
    return [path, Object.fromEntries(entries)];
  } catch {
    return [];
  }
}
