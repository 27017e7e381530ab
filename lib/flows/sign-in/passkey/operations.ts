import * as z from 'zod/mini';
import { operation } from '../../../web/operation.ts';
import { Remember, SignedIn } from '../../shared/fields.ts';
import { shared } from '../../shared/manifest.ts';
import { AuthenticationResponse, RequestOptions } from '../../shared/passkey-fields.ts';
import { Transport } from '../../shared/token-fields.ts';

export const passkeySignInOptions = operation({
  method: 'post',
  path: '/auth/passkey/options',
  summary: 'Begin to sign in with a passkey',
  description: 'Names no account: the authenticator shows whose passkeys it has.',
  body: z.strictObject({ transport: z.optional(Transport) }),
  answers: { 200: { description: 'For `navigator.credentials.get`.', schema: RequestOptions } },
});

export const passkeySignIn = operation({
  method: 'post',
  path: '/auth/passkey',
  summary: 'Sign in with a passkey',
  description: 'It is both factors at once, so that its authenticator must verify its user.',
  body: z.strictObject({
    passkey: AuthenticationResponse,
    remember: z.optional(Remember),
    transport: z.optional(Transport),
  }),
  answers: {
    200: { description: 'Signed in; sets a new session cookie, or has a `token`.', schema: SignedIn },
  },
  problems: [shared.problems.invalid_passkey, shared.problems.account_disabled, shared.problems.rate_limited],
});
