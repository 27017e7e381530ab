import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { bodyOf, done, shown, TokenQuery } from '../shared/page-operation.ts';
import { resendVerification, undoEmailChange, verifyEmail } from './operations.ts';

export const verifyEmailPage = operation({
  method: 'get',
  path: '/verify-email',
  summary:
    'The button that confirms an address, to which a mail links; without a token, the one to ask again',
  page: true,
  query: TokenQuery,
  answers: shown,
});

export const verifyEmailForm = operation({
  method: 'post',
  path: '/verify-email',
  summary: 'Confirm an address; without a token, ask for the mail again',
  page: true,
  body: z.extend(bodyOf(resendVerification), {
    token: z.optional(bodyOf(verifyEmail).shape.token),
    password: bodyOf(verifyEmail).shape.password,
  }),
  answers: { 303: { description: 'Done; or nobody is signed in for whom to ask again.' } },
  problems: verifyEmail.problems ?? [],
});

export const undoEmailPage = operation({
  method: 'get',
  path: '/undo-email',
  summary: 'The form that takes an old address back, to which a mail links',
  page: true,
  query: TokenQuery,
  answers: shown,
});

export const undoEmailForm = operation({
  method: 'post',
  path: '/undo-email',
  summary: 'Take an old address back',
  page: true,
  body: bodyOf(undoEmailChange),
  answers: done,
  problems: undoEmailChange.problems ?? [],
});
