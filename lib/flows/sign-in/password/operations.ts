import * as z from 'zod/mini';
import { operation } from '../../../web/operation.ts';
import { Email, Password, Remember, SecondFactorNeeded, UserAndSession } from '../../shared/fields.ts';
import { shared } from '../../shared/manifest.ts';

export const signIn = operation({
  method: 'post',
  path: '/auth/sign-in',
  summary: 'Sign in',
  body: z.strictObject({ email: Email, password: Password, remember: z.optional(Remember) }),
  answers: {
    200: { description: 'Signed in; sets a new session cookie.', schema: UserAndSession },
    202: {
      description: 'The password is right, and a second factor is needed; sets a cookie that waits for it.',
      schema: SecondFactorNeeded,
    },
  },
  problems: [
    shared.problems.invalid_credentials,
    shared.problems.account_disabled,
    shared.problems.rate_limited,
  ],
});
