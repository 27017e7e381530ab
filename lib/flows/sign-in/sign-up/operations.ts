import * as z from 'zod/mini';
import { operation } from '../../../web/operation.ts';
import { Email, Name, NewPassword, UserAndSession } from '../../shared/fields.ts';
import { shared } from '../../shared/manifest.ts';
import { signUp as signUpFlow } from './manifest.ts';

export const signUp = operation({
  method: 'post',
  path: '/auth/sign-up',
  summary: 'Create an account and sign in',
  body: z.strictObject({ email: Email, password: NewPassword, name: z.optional(Name) }),
  answers: {
    201: {
      description:
        'Signed up and in; sets the session cookie. Also where the same was asked, with this password and from this network address, within the last minute.',
      schema: UserAndSession,
    },
    202: {
      description:
        'With REQUIRE_VERIFIED_EMAIL, for every address: a mail is on its way, and its link makes the account. No cookie.',
    },
  },
  problems: [
    signUpFlow.problems.email_taken,
    shared.problems.weak_password,
    shared.problems.rate_limited,
    'not_prepared',
  ],
});
