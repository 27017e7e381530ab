import { problemKinds } from '../../base/problem-kind.ts';
import { limitProblems } from '../../limits/limit-problems.ts';
import { tokenProblems } from '../../tokens/token-problems.ts';
import { userProblems } from '../../users/user-problems.ts';
import type { Flow } from '../flow.ts';

/** What more than one flow has. */
export const shared = {
  name: 'shared',
  events: ['account_deleted'],
  problems: {
    ...tokenProblems,
    weak_password: userProblems.weak_password,
    last_admin: userProblems.last_admin,
    ...limitProblems,
    ...problemKinds({
      invalid_credentials: {
        status: 401,
        title: 'Wrong e-mail address or password',
        meaning:
          'There is no account with this e-mail address and this password, or its address waits to be confirmed. Which of these it is, is not told.',
      },
      account_disabled: {
        status: 403,
        title: 'The account is disabled',
        meaning:
          'What was shown is right, and an administrator keeps this account out. Only whoever runs the service can change that.',
      },
      sign_up_refused: {
        status: 403,
        title: 'This sign-up is refused',
        meaning:
          'The service does not take this sign-up, for the reason in `detail`. It is the same whether or not the address has an account.',
      },
      wrong_password: {
        status: 403,
        title: 'Wrong password',
        meaning:
          'The current password, asked for once more before this change, is wrong or left out (the tenth wrong one within 15 minutes ends the session); or the password of the sign-up that this link confirms.',
      },
      invalid_code: {
        status: 401,
        title: 'Wrong code',
        meaning:
          'The code or the recovery code is wrong, or was used before. A sign-in that waits for a second factor is over after the fifth; to prove oneself anew it is 403. A mailed code may be over too, be another browser’s, or have had its five tries: which, is not told.',
      },
      invalid_passkey: {
        status: 401,
        title: 'The passkey was not accepted',
        meaning:
          'The passkey is unknown, or its answer is wrong, late, of another browser or shown for the second time. Which of these it is, is not told. Where one is added it is 403.',
      },
      second_factor_needed: {
        status: 401,
        title: 'A second factor is needed',
        meaning: 'The first factor was right. Nobody is signed in until the second one is shown.',
      },
      reauthentication_needed: {
        status: 403,
        title: 'Show anew who you are',
        meaning:
          'This needs a session that was signed in, or proven anew, within the last 10 minutes, with the second factor where there is one. `errors` names what would do.',
      },
      last_way_in: {
        status: 409,
        title: 'The last way in',
        meaning:
          'Without it nobody could sign in to this account any more. Set a password, or add a passkey and sign in with it once.',
      },
      same_email: {
        status: 409,
        title: 'The e-mail address is the same',
        meaning: 'The account has exactly this e-mail address already. There is nothing to change.',
      },
    }),
  },
  limits: {
    mailAddress: { name: 'mail-address', limit: 3, windowSeconds: 60 * 60 },
    mailNetwork: { name: 'mail-network', limit: 20, windowSeconds: 60 * 60, perNetwork: true },
    // Sign-ups and changes of address, so that nobody floods a stranger: no one told us that it is theirs.
    mailUnconfirmed: { name: 'mail-unconfirmed', limit: 10, windowSeconds: 60 * 60 },
    token: { name: 'token', limit: 20, windowSeconds: 60 * 60, perNetwork: true },
    currentPassword: { name: 'current-password', limit: 10, windowSeconds: 15 * 60 },
    secondFactor: { name: 'second-factor', limit: 10, windowSeconds: 60 * 60 },
    waitingSignIn: { name: 'waiting-sign-in', limit: 5, windowSeconds: 10 * 60 },
  },
} as const satisfies Flow;
