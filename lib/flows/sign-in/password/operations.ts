import * as z from 'zod/mini';
import { operation } from '../../../web/operation.ts';
import { Email, Password, Remember, SecondFactorNeeded, UserAndSession } from '../../shared/fields.ts';
import { shared } from '../../shared/manifest.ts';
import { bodyOf, done, Next, NextQuery, shownToNobody } from '../../shared/page-operation.ts';

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
  problems: [shared.problems.invalid_credentials, shared.problems.rate_limited],
});

/** A box to tick. Forms leave out one that is not ticked, so it is ticked to be forgotten: absent means remembered. */
const NotRemembered = z.optional(z.literal('false'));

export const signInPage = operation({
  method: 'get',
  path: '/sign-in',
  summary: 'The form to sign in',
  tag: 'Pages',
  page: true,
  query: NextQuery,
  answers: shownToNobody,
});

export const signInForm = operation({
  method: 'post',
  path: '/sign-in',
  summary: 'Sign in',
  tag: 'Pages',
  page: true,
  body: z.extend(bodyOf(signIn), { remember: NotRemembered, next: Next }),
  answers: done,
  problems: signIn.problems ?? [],
});
