import { problemKinds } from '../../base/problem-kind.ts';
import type { Flow } from '../flow.ts';

export const secondFactor = {
  name: 'second-factor',
  tag: 'Second factors',
  description:
    'Something to show beside the password, or in its place: codes of an authenticator app, passkeys, and recovery codes.',
  events: [
    'second_factor_failed',
    'reauthenticated',
    'totp_added',
    'totp_removed',
    'recovery_codes_made',
    'recovery_code_used',
    'passkey_added',
    'passkey_renamed',
    'passkey_removed',
    'passkey_refused',
    'password_removed',
    'provider_linked',
    'provider_unlinked',
    'factors_taken_away',
  ],
  problems: problemKinds({
    passkey_taken: {
      status: 409,
      title: 'The passkey is there already',
      meaning: 'This account has this very passkey. There is nothing to add.',
    },
    too_many_passkeys: {
      status: 409,
      title: 'Too many passkeys',
      meaning: 'An account has 20 passkeys at most. Remove one that is not used any more.',
    },
    provider_linked: {
      status: 409,
      title: 'The provider is linked already',
      meaning: 'An account has one sign-in of a provider. Unlink it before you link another.',
    },
  }),
  notices: [
    'reauthenticated',
    'totp_added',
    'totp_removed',
    'passkey_added',
    'passkey_renamed',
    'passkey_removed',
    'password_removed',
    'provider_linked',
    'provider_unlinked',
  ],
} as const satisfies Flow;
