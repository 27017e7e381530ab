import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { Email, EmailChange, NewPassword, Password, Token } from '../shared/fields.ts';
import { shared } from '../shared/manifest.ts';

export const verifyEmail = operation({
  method: 'post',
  path: '/auth/email/verify',
  summary: 'Confirm an e-mail address, or a new one, by the link of a mail',
  description:
    'Where sign-up is closed (REQUIRE_VERIFIED_EMAIL), the link of a sign-up asks for the password of that very sign-up, and makes the account.',
  body: z.strictObject({ token: Token, password: z.optional(Password) }),
  answers: { 204: { description: 'Confirmed.' } },
  problems: [
    shared.problems.invalid_token,
    shared.problems.wrong_password,
    shared.problems.rate_limited,
    'not_prepared',
  ],
});

export const resendVerification = operation({
  method: 'post',
  path: '/auth/email/resend',
  summary: 'Ask for the verification mail again',
  description:
    'For who is signed in. Where sign-up is closed (REQUIRE_VERIFIED_EMAIL) an address is taken instead, and the answer does not tell whether it is known; of several sign-ups that wait with it, the latest has its link sent again.',
  body: z.strictObject({ email: z.optional(Email) }),
  answers: { 202: { description: 'If it is needed, a mail is on its way.' } },
  problems: ['not_signed_in', shared.problems.rate_limited],
});

export const undoEmailChange = operation({
  method: 'post',
  path: '/auth/email/undo',
  summary: 'Undo a change of the e-mail address by the link of a mail',
  body: z.strictObject({ token: Token, newPassword: NewPassword }),
  answers: {
    204: {
      description: 'The old address is back, the password is the new one, and every session has ended.',
    },
  },
  problems: [
    shared.problems.invalid_token,
    shared.problems.weak_password,
    shared.problems.last_admin,
    shared.problems.rate_limited,
    'not_prepared',
  ],
});

export const changeEmail = operation({
  method: 'post',
  path: '/account/email',
  tag: 'Account',
  summary: 'Change the e-mail address',
  description:
    'The new address is asked by mail to confirm, and takes effect then; both are told, and the old one can undo it if it was confirmed.',
  needs: 'session',
  body: EmailChange,
  answers: { 202: { description: 'Asked for, also where the address is another user’s.' } },
  problems: [
    shared.problems.wrong_password,
    shared.problems.reauthentication_needed,
    shared.problems.same_email,
    shared.problems.rate_limited,
  ],
});
