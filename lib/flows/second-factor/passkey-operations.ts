import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { Name, RecoveryCodes } from '../shared/fields.ts';
import { refusedPasskey } from '../shared/invalid-passkey.ts';
import { shared } from '../shared/manifest.ts';
import {
  CreationOptions,
  Passkey,
  PasskeyId,
  RegistrationResponse,
  RequestOptions,
} from '../shared/passkey-fields.ts';
import { secondFactor as manifest } from './manifest.ts';

const { passkey_taken, too_many_passkeys } = manifest.problems;
const { last_way_in, reauthentication_needed } = shared.problems;

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
      description: 'Added; sets a new session cookie. Recovery codes come to who has none.',
      schema: z.object({ passkey: Passkey, recoveryCodes: RecoveryCodes }),
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
  answers: { 204: { description: 'Removed; every other session has ended. Sets a new session cookie.' } },
  problems: [reauthentication_needed, 'not_found', last_way_in],
});
