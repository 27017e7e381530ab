import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { Email, Name, NewPassword, Password, Remember, UserAndSession } from '../shared/fields.ts';

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
  problems: ['email_taken', 'weak_password', 'rate_limited', 'not_prepared'],
});

export const signIn = operation({
  method: 'post',
  path: '/auth/sign-in',
  summary: 'Sign in',
  body: z.strictObject({ email: Email, password: Password, remember: z.optional(Remember) }),
  answers: { 200: { description: 'Signed in; sets a new session cookie.', schema: UserAndSession } },
  problems: ['invalid_credentials', 'rate_limited'],
});

export const signOut = operation({
  method: 'post',
  path: '/auth/sign-out',
  summary: 'Sign out',
  answers: { 204: { description: 'The session is gone, the cookie cleared; also without a session.' } },
});

export const getSession = operation({
  method: 'get',
  path: '/auth/session',
  summary: 'Who is signed in',
  signedIn: true,
  answers: { 200: { description: 'The user and the session.', schema: UserAndSession } },
});
