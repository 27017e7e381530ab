import * as z from 'zod/mini';
import { lifetimeOf } from '../../../tokens/token-kind.ts';
import { operation } from '../../../web/operation.ts';
import { Email, MailedCode, Remember, SecondFactorNeeded, SignedIn } from '../../shared/fields.ts';
import { shared } from '../../shared/manifest.ts';
import { Transport } from '../../shared/token-fields.ts';
import { emailCode } from '../manifest.ts';

const whereOn = 'Only with `EMAIL_CODE=true`; 404 else.';

export const askEmailCode = operation({
  method: 'post',
  path: '/auth/email-code',
  summary: 'Ask for a code by mail, to sign in by',
  description: `Answers alike whether or not the address has an account. The code lives ${lifetimeOf(emailCode)}. ${whereOn}`,
  body: z.strictObject({ email: Email, transport: z.optional(Transport) }),
  answers: {
    202: {
      description:
        'If the address has an account, a mail is on its way; sets a cookie that ties the code to this browser. With `"transport": "token"` it has a body, whose `token` does so when it is sent along as `Authorization: Bearer`.',
      schema: z.optional(z.object({ token: z.string() })),
    },
  },
  problems: ['not_found', shared.problems.rate_limited],
});

export const confirmEmailCode = operation({
  method: 'post',
  path: '/auth/email-code/confirm',
  summary: 'Sign in by the code of a mail',
  description: `Needs the cookie, or the token, that came when it was asked for. It has five tries, and confirms the address. ${whereOn}`,
  body: z.strictObject({
    code: MailedCode,
    remember: z.optional(Remember),
    transport: z.optional(Transport),
  }),
  answers: {
    200: { description: 'Signed in; sets a new session cookie, or has a `token`.', schema: SignedIn },
    202: {
      description:
        'The code is right, and a second factor is needed; sets a cookie that waits for it, or has a `token` that does.',
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
