import * as z from 'zod/mini';
import { lifetimeOf } from '../../tokens/token-kind.ts';
import { operation } from '../../web/operation.ts';
import { Email, NewPassword, Token } from '../shared/fields.ts';
import { shared } from '../shared/manifest.ts';
import { resetPassword as resetPasswordToken } from '../shared/token-kinds.ts';

export const forgotPassword = operation({
  method: 'post',
  path: '/auth/password/forgot',
  summary: 'Ask for a link to choose a new password',
  description: `Answers alike whether or not the address has an account. The link lives ${lifetimeOf(resetPasswordToken)}.`,
  body: z.strictObject({ email: Email }),
  answers: { 202: { description: 'If the address has an account, a mail is on its way.' } },
  problems: [shared.problems.rate_limited],
});

export const resetPassword = operation({
  method: 'post',
  path: '/auth/password/reset',
  summary: 'Choose a new password by the link of a mail',
  body: z.strictObject({ token: Token, newPassword: NewPassword }),
  answers: { 204: { description: 'Changed; every session of that user has ended.' } },
  problems: [shared.problems.invalid_token, shared.problems.weak_password, shared.problems.rate_limited],
});
