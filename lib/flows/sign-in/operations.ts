import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { Email, Password, Remember, UserAndSession } from '../shared/fields.ts';

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
