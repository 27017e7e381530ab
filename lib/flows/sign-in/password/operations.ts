import * as z from 'zod/mini';
import { operation } from '../../../web/operation.ts';
import { Email, Password, Remember, SecondFactorNeeded, SignedIn } from '../../shared/fields.ts';
import { shared } from '../../shared/manifest.ts';
import { Transport } from '../../shared/token-fields.ts';

export const signIn = operation({
  method: 'post',
  path: '/auth/sign-in',
  summary: 'Sign in',
  body: z.strictObject({
    email: Email,
    password: Password,
    remember: z.optional(Remember),
    transport: z.optional(Transport),
  }),
  answers: {
    200: { description: 'Signed in; sets a new session cookie, or has a `token`.', schema: SignedIn },
    202: {
      description:
        'The password is right, and a second factor is needed; sets a cookie that waits for it, or has a `token` that does.',
      schema: SecondFactorNeeded,
    },
  },
  problems: [
    shared.problems.invalid_credentials,
    shared.problems.account_disabled,
    shared.problems.rate_limited,
  ],
});
