import type { Identity } from '../../../users/identity.ts';
import type { Profile } from './provider.ts';

/** What a provider says of somebody, in an id token or when it is asked for more. */
type Claims = Readonly<Record<string, unknown>>;

const textIn = (value: unknown) =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

const isFilled = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** Issuer and subject (OWASP ASVS 6.8.1, 10.5.2). */
export function identityOf({ iss, sub }: Claims): Identity {
  if (!isFilled(iss) || !isFilled(sub)) throw new Error('the token does not say whose it is');
  // As they are: they are compared letter by letter.
  return { issuer: iss, subject: sub };
}

/** An address counts as confirmed where that is said, by `true`, or by `"true"` as Apple does. */
export function profileOf(claims: Claims): Profile {
  const { email, email_verified: verified, name, given_name: given, family_name: family } = claims;
  const parts = [textIn(given), textIn(family)].filter((part) => part !== undefined);
  return {
    email: textIn(email),
    emailVerified: verified === true || verified === 'true',
    name: textIn(name) ?? textIn(parts.join(' ')),
  };
}

/** Names of authentication with more than one factor: RFC 8176, OpenID Connect EAP ACR, PAPE, REFEDS. */
const multiFactor: ReadonlySet<unknown> = new Set([
  'mfa',
  'phr',
  'phrh',
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
]);

/** Whether the provider says that it has asked for a second factor. */
export function isMultiFactor({ amr, acr }: Claims): boolean {
  return multiFactor.has(acr) || (Array.isArray(amr) && amr.some((method) => multiFactor.has(method)));
}
