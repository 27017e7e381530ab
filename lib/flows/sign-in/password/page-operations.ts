import * as z from 'zod/mini';
import { operation } from '../../../web/operation.ts';
import { bodyOf, done, Next, NextQuery, shownToNobody } from '../../shared/page-operation.ts';
import { signIn } from './operations.ts';

/** A box to tick. Forms leave out one that is not ticked, so it is ticked to be forgotten: absent means remembered. */
const NotRemembered = z.optional(z.literal('false'));

export const signInPage = operation({
  method: 'get',
  path: '/sign-in',
  summary: 'The form to sign in',
  page: true,
  query: NextQuery,
  answers: shownToNobody,
});

export const signInForm = operation({
  method: 'post',
  path: '/sign-in',
  summary: 'Sign in',
  page: true,
  body: z.extend(bodyOf(signIn), { remember: NotRemembered, next: Next }),
  answers: done,
  problems: signIn.problems ?? [],
});
