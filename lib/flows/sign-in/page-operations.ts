import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { done, Next, shown } from '../shared/page-operation.ts';
import { signOut } from './operations.ts';

export const homePage = operation({
  method: 'get',
  path: '/',
  summary: 'Greets who is signed in',
  page: true,
  answers: shown,
});

export const signOutForm = operation({
  method: 'post',
  path: '/sign-out',
  summary: 'Sign out',
  page: true,
  body: z.strictObject({ next: Next }),
  answers: done,
  problems: signOut.problems ?? [],
});
