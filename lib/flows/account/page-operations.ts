import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { EmailChange, LanguageName, Name } from '../shared/fields.ts';
import { shared } from '../shared/manifest.ts';
import { bodyOf, shownToSignedIn } from '../shared/page-operation.ts';
import { changePassword, deleteAccount } from './operations.ts';

export const settingsPage = operation({
  method: 'get',
  path: '/settings',
  summary: 'Name, language, e-mail address, password, export and leaving',
  page: true,
  needs: 'session',
  answers: shownToSignedIn,
});

export const settingsForm = operation({
  method: 'post',
  path: '/settings',
  summary: 'One of the forms of the settings',
  page: true,
  needs: 'session',
  body: z.discriminatedUnion('form', [
    z.strictObject({ form: z.literal('name'), name: z.optional(Name) }),
    z.strictObject({ form: z.literal('language'), language: z.optional(LanguageName) }),
    z.extend(EmailChange, { form: z.literal('email') }),
    z.extend(bodyOf(changePassword), { form: z.literal('password') }),
    z.strictObject({ form: z.literal('export') }),
    z.extend(bodyOf(deleteAccount), { form: z.literal('leave') }),
  ]),
  answers: {
    303: {
      description: 'Done; or nobody is signed in, or has to show anew who they are: to the page for that.',
    },
  },
  problems: [
    shared.problems.wrong_password,
    shared.problems.weak_password,
    shared.problems.same_email,
    shared.problems.last_admin,
    shared.problems.rate_limited,
  ],
});

export const changePasswordAddress = operation({
  method: 'get',
  path: '/.well-known/change-password',
  summary: 'Where password managers send people to change their password',
  page: true,
  answers: { 302: { description: 'To the settings.' } },
});
