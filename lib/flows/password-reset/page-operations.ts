import { operation } from '../../web/operation.ts';
import { bodyOf, done, shown, TokenQuery } from '../shared/page-operation.ts';
import { forgotPassword, resetPassword } from './operations.ts';

export const forgotPasswordPage = operation({
  method: 'get',
  path: '/forgot-password',
  summary: 'The form to ask for a link to choose a new password',
  page: true,
  answers: shown,
});

export const forgotPasswordForm = operation({
  method: 'post',
  path: '/forgot-password',
  summary: 'Ask for a link to choose a new password',
  page: true,
  body: bodyOf(forgotPassword),
  answers: done,
  problems: forgotPassword.problems ?? [],
});

export const resetPasswordPage = operation({
  method: 'get',
  path: '/reset-password',
  summary: 'The form to choose a new password, to which a mail links',
  page: true,
  query: TokenQuery,
  answers: shown,
});

export const resetPasswordForm = operation({
  method: 'post',
  path: '/reset-password',
  summary: 'Choose a new password',
  page: true,
  body: bodyOf(resetPassword),
  answers: done,
  problems: resetPassword.problems ?? [],
});
