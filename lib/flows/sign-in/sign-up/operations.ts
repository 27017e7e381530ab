import * as z from 'zod/mini';
import { operation } from '../../../web/operation.ts';
import { Email, Name, NewPassword, SignedIn } from '../../shared/fields.ts';
import { shared } from '../../shared/manifest.ts';
import { Transport } from '../../shared/token-fields.ts';
import { signUp as signUpFlow } from './manifest.ts';

export const signUp = operation({
  method: 'post',
  path: '/auth/sign-up',
  summary: 'Create an account and sign in',
  body: z.strictObject({
    email: Email,
    password: NewPassword,
    name: z.optional(Name),
    transport: z.optional(Transport),
  }),
  answers: {
    201: {
      description:
        'Signed up and in; sets the session cookie, or has a `token`. Also where the same was asked, with this password and from this network address, within the last minute.',
      schema: SignedIn,
    },
    202: {
      description:
        'With REQUIRE_VERIFIED_EMAIL, for every address: a mail is on its way, and its link makes the account. No cookie, no token.',
    },
  },
  problems: [
    signUpFlow.problems.email_taken,
    shared.problems.sign_up_refused,
    shared.problems.weak_password,
    shared.problems.rate_limited,
    'not_prepared',
  ],
});
