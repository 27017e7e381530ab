import { parse } from 'cookie';
import type { Request, Response } from 'express';
import type { Config } from '../../base/config.ts';

type KeptConfig = Pick<Config, 'deployed'>;

/** What was typed into a form, by field; never a password. */
export type Typed = Readonly<Record<string, string>>;

/** So long it takes at most to show anew who one is, in seconds. */
const secondsToComeBack = 600;

/** What is larger is not kept, in characters: other cookies need their place too. */
const longest = 2048;

/**
 * Keeps what was typed into a form of the page at `path`, for when its user comes back from another page. It stays in
 * the browser, out of addresses and of the database.
 */
export function keepTyped(res: Response, path: string, values: Typed, config: KeptConfig): void {
  const kept = Buffer.from(JSON.stringify([path, values])).toString('base64url');
  if (Object.keys(values).length === 0 || kept.length > longest) return;
  res.cookie(nameOf(config), kept, { ...attributesOf(config), maxAge: secondsToComeBack * 1000 });
}

/** What was typed here, once: it is forgotten with this answer. */
export function takeTyped(req: Request, res: Response, config: KeptConfig): Typed | undefined {
  const cookie = parse(req.headers.cookie ?? '')[nameOf(config)];
  const [path, values] = read(cookie);
  if (path !== req.path) return undefined;
  res.clearCookie(nameOf(config), attributesOf(config));
  return values;
}

/** Browsers keep what we gave them; anybody else may send anything. */
function read(cookie = ''): [path?: string, values?: Typed] {
  try {
    const [path, values] = JSON.parse(Buffer.from(cookie, 'base64url').toString());
    const entries = Object.entries(values as object);
    if (typeof path !== 'string' || entries.some(([, value]) => typeof value !== 'string')) return [];
    return [path, Object.fromEntries(entries)];
  } catch {
    return [];
  }
}

function nameOf({ deployed }: KeptConfig): string {
  return deployed ? '__Host-typed' : 'typed';
}

function attributesOf({ deployed }: KeptConfig) {
  return { path: '/', httpOnly: true, secure: deployed, sameSite: 'strict' } as const;
}
