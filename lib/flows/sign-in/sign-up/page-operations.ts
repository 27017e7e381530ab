import * as z from 'zod/mini';
import { operation } from '../../../web/operation.ts';
import { bodyOf, byBrowser, done, Next, NextQuery, shownToNobody } from '../../shared/page-operation.ts';
import { signUp } from './operations.ts';

export const signUpPage = operation({
  method: 'get',
  path: '/sign-up',
  summary: 'The form to create an account',
  page: true,
  query: NextQuery,
  answers: shownToNobody,
});

export const signUpForm = operation({
  method: 'post',
  path: '/sign-up',
  summary: 'Create an account and sign in',
  page: true,
  body: z.extend(z.omit(bodyOf(signUp), byBrowser), { next: Next }),
  answers: done,
  problems: signUp.problems ?? [],
});
