import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { Id, Text } from '../shared/fields.ts';
import {
  bodyOf,
  byBrowser,
  done,
  Next,
  NextQuery,
  NotRemembered,
  shown,
  shownToNobody,
} from '../shared/page-operation.ts';
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

export const signInPage = operation({
  method: 'get',
  path: '/sign-in',
  summary: 'The forms to sign in',
  page: true,
  query: z.extend(NextQuery, {
    problem: z.optional(
      Text.check(z.meta({ description: 'What went wrong at a provider, which the page tells.' })),
    ),
  }),
  answers: shownToNobody,
});

export const providerPage = operation({
  method: 'get',
  path: '/sign-in/with/{provider}',
  summary: 'Sign in by a provider, from a page',
  page: true,
  params: z.object({ provider: Id }),
  query: z.extend(NextQuery, {
    anew: z.optional(
      Text.check(z.meta({ description: 'With any text: who is signed in shows again who they are.' })),
    ),
  }),
  answers: { 303: { description: 'To the provider, with a cookie that ties its answer to this browser.' } },
  problems: ['not_found'],
});

export const signInForm = operation({
  method: 'post',
  path: '/sign-in',
  summary: 'Sign in, by a password unless the form says otherwise',
  page: true,
  body: z.discriminatedUnion('form', [
    z.extend(z.omit(bodyOf(signIn), byBrowser), {
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
