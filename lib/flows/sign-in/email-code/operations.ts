import * as z from 'zod/mini';
import { lifetimeOf } from '../../../tokens/token-kind.ts';
import { operation } from '../../../web/operation.ts';
import { Email, MailedCode, Remember, SecondFactorNeeded, UserAndSession } from '../../shared/fields.ts';
import { shared } from '../../shared/manifest.ts';
import { emailCode } from '../manifest.ts';

const whereOn = 'Only with `EMAIL_CODE=true`; 404 else.';

export const askEmailCode = operation({
  method: 'post',
  path: '/auth/email-code',
  summary: 'Ask for a code by mail, to sign in by',
  description: `Answers alike whether or not the address has an account. The code lives ${lifetimeOf(emailCode)}. ${whereOn}`,
  body: z.strictObject({ email: Email }),
  answers: {
    202: {
      description:
        'If the address has an account, a mail is on its way; sets a cookie that ties the code to this browser.',
    },
  },
  problems: ['not_found', shared.problems.rate_limited],
});

export const confirmEmailCode = operation({
  method: 'post',
  path: '/auth/email-code/confirm',
  summary: 'Sign in by the code of a mail',
  description: `Needs the cookie that came when it was asked for. It has five tries, and confirms the address. ${whereOn}`,
  body: z.strictObject({ code: MailedCode, remember: z.optional(Remember) }),
  answers: {
    200: { description: 'Signed in; sets a new session cookie.', schema: UserAndSession },
    202: {
      description: 'The code is right, and a second factor is needed; sets a cookie that waits for it.',
      schema: SecondFactorNeeded,
    },
  },
  problems: [
    'not_found',
    shared.problems.invalid_code,
    shared.problems.account_disabled,
    shared.problems.rate_limited,
  ],
});
