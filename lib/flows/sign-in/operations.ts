import { operation } from '../../web/operation.ts';
import { UserAndSession } from '../shared/fields.ts';
import { shared } from '../shared/manifest.ts';

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
  description: 'While a sign-in waits for its second factor nobody is signed in.',
  answers: { 200: { description: 'The user and the session.', schema: UserAndSession } },
  problems: ['not_signed_in', shared.problems.second_factor_needed],
});
