import { operation } from '../../web/operation.ts';
import { UserAndSession } from '../shared/fields.ts';

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
  needs: 'session',
  answers: { 200: { description: 'The user and the session.', schema: UserAndSession } },
});
