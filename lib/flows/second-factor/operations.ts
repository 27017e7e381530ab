import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { Factors } from '../shared/factors-view.ts';
import { Code, Name, Password, RecoveryCode, RecoveryCodes, SignedIn } from '../shared/fields.ts';
import { refusedPasskey } from '../shared/invalid-passkey.ts';
import { shared } from '../shared/manifest.ts';
import {
  AuthenticationResponse,
  CreationOptions,
  Passkey,
  PasskeyId,
  RegistrationResponse,
  RequestOptions,
} from '../shared/passkey-fields.ts';
import { NewToken, renewed, Transport } from '../shared/token-fields.ts';
import { secondFactor as manifest } from './manifest.ts';
import { wrongCode } from './wrong-code.ts';

const { passkey_taken, too_many_passkeys } = manifest.problems;
const { last_way_in, reauthentication_needed } = shared.problems;

const Made = z.object({ recoveryCodes: RecoveryCodes });

/** What may be shown, one of several. */
const [ByCode, ByRecoveryCode, ByPasskey] = [
  z.strictObject({ code: Code }),
  z.strictObject({ recoveryCode: RecoveryCode }),
  z.strictObject({ passkey: AuthenticationResponse }),
] as const;

/** Beside it, where somebody comes in by it. */
const comingIn = { transport: z.optional(Transport) };

export const answerSecondFactor = operation({
  method: 'post',
  path: '/auth/second-factor',
  summary: 'Show the second factor that a sign-in waits for',
  description: 'After five wrong ones the sign-in that waits is over.',
  body: z.union([
    z.extend(ByCode, comingIn),
    z.extend(ByRecoveryCode, comingIn),
    z.extend(ByPasskey, comingIn),
  ]),
  answers: {
    200: { description: 'Signed in; sets a new session cookie, or has a `token`.', schema: SignedIn },
  },
  problems: ['not_signed_in', shared.problems.invalid_code, shared.problems.rate_limited],
});

export const reauthenticate = operation({
  method: 'post',
  path: '/auth/reauthenticate',
  summary: 'Show anew who you are',
  description:
    'The session counts as fresh for 10 minutes, for what asks for that. Who has a second factor shows that.',
  needs: 'session',
  body: z.union([z.strictObject({ currentPassword: Password }), ByCode, ByRecoveryCode, ByPasskey]),
  answers: { ...renewed, 204: { description: 'Shown; sets a new session cookie.' } },
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
      schema: Factors,
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
  problems: [reauthentication_needed],
});

export const confirmTotp = operation({
  method: 'post',
  path: '/account/totp/confirm',
  summary: 'Give the first code of an authenticator app',
  needs: 'session',
  body: z.strictObject({ code: Code }),
  answers: {
    200: {
      description:
        'In force; sets a new session cookie, or has a `token`. Recovery codes come to who has none.',
      schema: z.extend(Made, { token: NewToken }),
    },
  },
  problems: [reauthentication_needed, wrongCode, shared.problems.rate_limited],
});

export const removeTotp = operation({
  method: 'delete',
  path: '/account/totp',
  summary: 'Remove the authenticator app',
  needs: 'session',
  answers: {
    ...renewed,
    204: { description: 'Removed; every other session has ended. Sets a new session cookie.' },
  },
  problems: [reauthentication_needed],
});

export const makeRecoveryCodes = operation({
  method: 'post',
  path: '/account/recovery-codes',
  summary: 'Make new recovery codes',
  needs: 'session',
  answers: { 201: { description: 'The old ones are void.', schema: Made } },
  problems: [reauthentication_needed],
});

export const secondFactorPasskeyOptions = operation({
  method: 'post',
  path: '/auth/second-factor/passkey-options',
  summary: 'Begin to show a passkey, after the password or anew',
  description: 'For a sign-in that waits for its second factor, and for who is signed in.',
  answers: { 200: { description: 'For `navigator.credentials.get`.', schema: RequestOptions } },
  problems: ['not_signed_in'],
});

export const passkeyCreationOptions = operation({
  method: 'post',
  path: '/account/passkeys/options',
  summary: 'Begin to add a passkey',
  needs: 'session',
  answers: { 200: { description: 'For `navigator.credentials.create`.', schema: CreationOptions } },
  problems: [reauthentication_needed, too_many_passkeys],
});

export const addPasskey = operation({
  method: 'post',
  path: '/account/passkeys',
  summary: 'Add a passkey',
  description: 'Without a name it has that of its authenticator, where that is known.',
  needs: 'session',
  body: z.strictObject({ name: z.optional(Name), credential: RegistrationResponse }),
  answers: {
    201: {
      description: 'Added; sets a new session cookie, or has a `token`. Recovery codes come to who has none.',
      schema: z.object({ passkey: Passkey, recoveryCodes: RecoveryCodes, token: NewToken }),
    },
  },
  problems: [reauthentication_needed, refusedPasskey, passkey_taken, too_many_passkeys],
});

export const renamePasskey = operation({
  method: 'patch',
  path: '/account/passkeys/{id}',
  summary: 'Rename a passkey',
  needs: 'session',
  params: z.object({ id: PasskeyId }),
  body: z.strictObject({ name: Name }),
  answers: { 200: { description: 'Renamed.', schema: z.object({ passkey: Passkey }) } },
  problems: ['not_found'],
});

export const removePasskey = operation({
  method: 'delete',
  path: '/account/passkeys/{id}',
  summary: 'Remove a passkey',
  needs: 'session',
  params: z.object({ id: PasskeyId }),
  answers: {
    ...renewed,
    204: { description: 'Removed; every other session has ended. Sets a new session cookie.' },
  },
  problems: [reauthentication_needed, 'not_found', last_way_in],
});
