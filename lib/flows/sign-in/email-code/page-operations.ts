import * as z from 'zod/mini';
import { operation } from '../../../web/operation.ts';
import { Text } from '../../shared/fields.ts';
import {
  bodyOf,
  byBrowser,
  done,
  Next,
  NextQuery,
  NotRemembered,
  shownToNobody,
} from '../../shared/page-operation.ts';
import { askEmailCode, confirmEmailCode } from './operations.ts';

const description = 'Only with `EMAIL_CODE=true`; 404 else.';

export const emailCodePage = operation({
  method: 'get',
  path: '/sign-in/code',
  summary: 'The forms to ask for a mailed code, and to sign in by it',
  description,
  page: true,
  query: z.extend(NextQuery, {
    anew: z.optional(
      Text.check(z.meta({ description: 'With any text: for another address than the last.' })),
    ),
  }),
  answers: shownToNobody,
  problems: ['not_found'],
});

export const emailCodeForm = operation({
  method: 'post',
  path: '/sign-in/code',
  summary: 'Sign in by a mailed code, or ask for one where the form says so',
  description,
  page: true,
  body: z.discriminatedUnion('form', [
    z.extend(z.omit(bodyOf(confirmEmailCode), byBrowser), {
      form: z.optional(z.literal('confirm')),
      remember: NotRemembered,
      next: Next,
    }),
    z.extend(z.omit(bodyOf(askEmailCode), byBrowser), { form: z.literal('ask'), next: Next }),
  ]),
  answers: done,
  problems: confirmEmailCode.problems ?? [],
});
