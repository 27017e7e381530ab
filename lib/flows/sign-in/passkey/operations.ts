import * as z from 'zod/mini';
import { operation } from '../../../web/operation.ts';
import { Remember, UserAndSession } from '../../shared/fields.ts';
import { shared } from '../../shared/manifest.ts';
import { AuthenticationResponse, RequestOptions } from '../../shared/passkey-fields.ts';

export const passkeySignInOptions = operation({
  method: 'post',
  path: '/auth/passkey/options',
  summary: 'Begin to sign in with a passkey',
  description: 'Names no account: the authenticator shows whose passkeys it has.',
  answers: { 200: { description: 'For `navigator.credentials.get`.', schema: RequestOptions } },
});

export const passkeySignIn = operation({
  method: 'post',
  path: '/auth/passkey',
  summary: 'Sign in with a passkey',
  description: 'It is both factors at once, so that its authenticator must verify its user.',
  body: z.strictObject({ passkey: AuthenticationResponse, remember: z.optional(Remember) }),
  answers: { 200: { description: 'Signed in; sets a new session cookie.', schema: UserAndSession } },
  problems: [shared.problems.invalid_passkey, shared.problems.account_disabled, shared.problems.rate_limited],
});
