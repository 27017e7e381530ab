import type { Request } from 'express';

const bearerForm = /^bearer(?:[ \t]+(.*))?$/is;

/** What may stand after the scheme (RFC 6750, 2.1), as long as anything of ours may be. */
const tokenForm = /^[\w.~+/-]{1,4000}=*$/;

/** What a client of its own, which keeps no cookies, shows in place of one. */
export interface Bearer {
  /** Undefined where what is shown cannot be a token. */
  readonly token: string | undefined;
}

/** What an Authorization header shows as a bearer; undefined where it has another scheme, which is not ours. */
export function bearerIn(authorization: string | undefined): Bearer | undefined {
  const [isBearer, shown = ''] = bearerForm.exec(authorization ?? '') ?? [];
  if (isBearer === undefined) return undefined;
  return { token: tokenForm.test(shown) ? shown : undefined };
}

/** What a request shows as a bearer. */
export function bearerOf({ headers }: Pick<Request, 'headers'>): Bearer | undefined {
  return bearerIn(headers.authorization);
}

/** True of Authorization headers that say different things, one of them a bearer: it could be taken for any of them. */
export function isAmbiguous(authorizations: readonly string[]): boolean {
  return new Set(authorizations).size > 1 && authorizations.some((each) => bearerIn(each) !== undefined);
}
