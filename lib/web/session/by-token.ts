import { sign } from 'cookie-signature';
import type { Request } from 'express';
import type { Config } from '../../base/config.ts';
import { bearerOf } from './bearer.ts';
import { isStored } from './require-user.ts';

/** Requests whose body has asked for a token. */
const asked = new WeakSet<Request>();

/** Has the answer give a token in place of a cookie, where the body asks for that. */
export function noteTransport(req: Request, { transport }: { transport?: 'token' | undefined }): void {
  if (transport === 'token') asked.add(req);
}

/** True where the caller keeps tokens: it shows one, or asks for one. No cookie is set for it then. */
export function isByToken(req: Request): boolean {
  return asked.has(req) || bearerOf(req) !== undefined;
}

/**
 * What an answer has beside the rest: the token of the request's session, where the caller keeps tokens and has not
 * this one yet; else nothing.
 *
 * It is the cookie's value, without what marks that as signed: a cookie that was stolen would be of the same use.
 */
export function newToken(
  req: Request,
  { sessionSecrets }: Pick<Config, 'sessionSecrets'>,
): { token?: string } {
  const [secret] = sessionSecrets;
  if (secret === undefined || !isByToken(req) || !isStored(req)) return {};
  // Compared by the id: a token that an older secret has signed is not a new one for that.
  if (bearerOf(req)?.token?.startsWith(`${req.sessionID}.`)) return {};
  return { token: sign(req.sessionID, secret) };
}
