import type { Request } from 'express';
import { type Language, languages, type Reader, readerOf } from '../base/language.ts';
import { userOn } from './session/require-user.ts';

/** The first of our languages that a request asks for by `Accept-Language` (RFC 9110, 12.5.4), or null. */
export function askedLanguage(req: Request): Language | null {
  if (req.headers['accept-language'] === undefined) return null;
  return (req.acceptsLanguages(...languages) || null) as Language | null;
}

/** Whom a page answers: in the language that who is signed in has chosen, else in the one that the browser asks for. */
export function readerOn(req: Request): Reader {
  const language = userOn(req)?.language ?? askedLanguage(req);
  return readerOf(language ?? undefined, req.acceptsLanguages());
}
