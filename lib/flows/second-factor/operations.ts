import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { Code, Password, RecoveryCode, RecoveryCodes, Timestamp, UserAndSession } from '../shared/fields.ts';
import { shared } from '../shared/manifest.ts';
import { AuthenticationResponse, Passkey } from '../shared/passkey-fields.ts';
import { wrongCode } from './wrong-code.ts';

const Made = z.object({ recoveryCodes: RecoveryCodes });

/** What may be shown, one of several. */
const shownFactors = [
  z.strictObject({ code: Code }),
  z.strictObject({ recoveryCode: RecoveryCode }),
  z.strictObject({ passkey: AuthenticationResponse }),
] as const;

export const answerSecondFactor = operation({
  method: 'post',
  path: '/auth/second-factor',
  summary: 'Show the second factor that a sign-in waits for',
  description: 'After five wrong ones the sign-in that waits is over.',
  body: z.union(shownFactors),
  answers: { 200: { description: 'Signed in; sets a new session cookie.', schema: UserAndSession } },
  problems: ['not_signed_in', shared.problems.invalid_code, shared.problems.rate_limited],
});

export const reauthenticate = operation({
  method: 'post',
  path: '/auth/reauthenticate',
  summary: 'Show anew who you are',
  description:
    'The session counts as fresh for 10 minutes, for what asks for that. Who has a second factor shows that.',
  needs: 'session',
  body: z.union([z.strictObject({ currentPassword: Password }), ...shownFactors]),
  answers: { 204: { description: 'Shown; sets a new session cookie.' } },
  problems: [shared.problems.wrong_password, wrongCode, shared.problems.rate_limited],
});

export const getFactors = operation({
  method: 'get',
  path: '/account/factors',
  summary: 'What you can show to sign in',
  needs: 'session',
  answers: {
    200: {
      description: 'What there is, without secrets.',
      schema: z.object({
        password: z.boolean(),
        totp: z.nullable(z.object({ createdAt: Timestamp })),
        passkeys: z.array(Passkey),
        recoveryCodesLeft: z.int(),
        providers: z.array(z.object({ id: z.string() })),
      }),
    },
  },
});

export const beginTotp = operation({
  method: 'post',
  path: '/account/totp',
  summary: 'Begin to add an authenticator app',
  description: 'The secret is in force once a code of it was given, within 10 minutes.',
  needs: 'session',
  answers: {
    201: {
      description: 'The secret: base32, and as the address that apps read from a QR code.',
      schema: z.object({ secret: z.string(), uri: z.string() }),
    },
  },
  problems: [shared.problems.reauthentication_needed],
});

export const confirmTotp = operation({
  method: 'post',
  path: '/account/totp/confirm',
  summary: 'Give the first code of an authenticator app',
  needs: 'session',
  body: z.strictObject({ code: Code }),
  answers: {
    200: {
      description: 'In force; sets a new session cookie. Recovery codes come to who has none.',
      schema: Made,
    },
  },
  problems: [wrongCode, shared.problems.rate_limited],
});

export const removeTotp = operation({
  method: 'delete',
  path: '/account/totp',
  summary: 'Remove the authenticator app',
  needs: 'session',
  answers: { 204: { description: 'Removed; every other session has ended. Sets a new session cookie.' } },
  problems: [shared.problems.reauthentication_needed],
});

export const makeRecoveryCodes = operation({
  method: 'post',
  path: '/account/recovery-codes',
  summary: 'Make new recovery codes',
  needs: 'session',
  answers: { 201: { description: 'The old ones are void.', schema: Made } },
  problems: [shared.problems.reauthentication_needed],
});
