import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { bodyOf, done, Next, NextQuery, shown, shownToNobody } from '../shared/page-operation.ts';
import { AuthenticationResponse, inForm } from '../shared/passkey-fields.ts';
import { signOut } from './operations.ts';
import { passkeySignIn } from './passkey/operations.ts';
import { signIn } from './password/operations.ts';

export const homePage = operation({
  method: 'get',
  path: '/',
  summary: 'Greets who is signed in',
  page: true,
  answers: shown,
});

/** A box to tick. Forms leave out one that is not ticked, so it is ticked to be forgotten: absent means remembered. */
const NotRemembered = z.optional(z.literal('false'));

export const signInPage = operation({
  method: 'get',
  path: '/sign-in',
  summary: 'The forms to sign in',
  page: true,
  query: NextQuery,
  answers: shownToNobody,
});

export const signInForm = operation({
  method: 'post',
  path: '/sign-in',
  summary: 'Sign in, by a password unless the form says otherwise',
  page: true,
  body: z.discriminatedUnion('form', [
    z.extend(bodyOf(signIn), {
      form: z.optional(z.literal('password')),
      remember: NotRemembered,
      next: Next,
    }),
    z.strictObject({
      form: z.literal('passkey'),
      passkey: inForm(AuthenticationResponse),
      remember: NotRemembered,
      next: Next,
    }),
  ]),
  answers: done,
  problems: [...new Set([...(signIn.problems ?? []), ...(passkeySignIn.problems ?? [])])],
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
