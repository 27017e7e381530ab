import { randomBytes } from 'node:crypto';
import type { UserRecords } from '../store/contract.ts';
import type { PasskeyRecord } from '../store/credential-records.ts';
import { authenticatorName } from './authenticator-names.ts';
import { createFactorsChange } from './change-factors.ts';
import { factorsOf } from './factors.ts';
import type { Assertion, Registration } from './passkey-responses.ts';
import { type Credentials, toCredentials, type User } from './user.ts';
import type { CreationOptions, RelyingParty, RequestOptions } from './webauthn.ts';

/** More than anybody has. */
export const mostPasskeys = 20;

/** What an answer is held to. */
export interface ExpectedAnswer {
  /** Null where this browser was given none: then nothing is right. */
  readonly challenge: string | null;
  /** True where the passkey is all that is shown, so that the authenticator must have verified its user. */
  readonly alone: boolean;
  /** Whether somebody may enter at all; who may not is told what a wrong passkey is told, in the same time. */
  readonly mayEnter?: (user: User) => boolean;
}

/**
 * What became of a passkey that was shown. `copied`: its counter went back, so that there may be two of it (W3C
 * WebAuthn, 6.1.1). `userId` is whose account was meant, right or wrong; null where it is nobody's.
 */
export type ShownPasskey =
  | {
      readonly outcome: 'right';
      readonly userId: string;
      readonly credentials: Credentials;
      readonly recoveryCodesLeft: number;
    }
  | { readonly outcome: 'wrong' | 'copied'; readonly userId: string | null };

/** Passkeys: what browsers are asked, and what they answer (W3C WebAuthn Level 3). */
export interface Passkeys {
  /** A user's own, oldest first; null where the user is gone. */
  list(userId: string): Promise<readonly PasskeyRecord[] | null>;
  /** What has an authenticator make one; null where the user is gone. */
  creationOptions(user: User, challenge: string): Promise<CreationOptions | null>;
  /** What has an authenticator show one; without a user nobody's are named (W3C WebAuthn, 14.6.2). */
  requestOptions(challenge: string, userId?: string): Promise<RequestOptions>;
  /** What to keep of one that was made, under this name or its authenticator's; null for a wrong answer. */
  made(
    registration: Registration,
    challenge: string | null,
    name: string | undefined,
  ): Promise<PasskeyRecord | null>;
  /** Looks at one that is shown, and notes its use. Who is unknown is answered in the same time. */
  use(userId: string, assertion: Assertion, expected: ExpectedAnswer): Promise<ShownPasskey>;
  /** @returns the passkey as it is then; null where the user has none of this id. */
  rename(userId: string, id: string, name: string): Promise<PasskeyRecord | null>;
}

export interface PasskeysOptions {
  records: UserRecords;
  relyingParty: RelyingParty;
  now: () => Date;
}

/** A passkey of nobody, to take the time of a look at one: an ES256 key as authenticators write it. */
const decoy = {
  id: '',
  publicKey:
    'pQECAyYgASFYINqIG4qEuXVUn4V-88jOmkY3Mbk-0Mpq1jD1aIlUHOlwIlggJnX2xa_kQ4sVL78PMwxpzcKfHA-1t3UTjNaUH-kjOuQ',
};

export function createPasskeys({ records, relyingParty, now }: PasskeysOptions): Passkeys {
  const change = createFactorsChange(records);

  async function list(userId: string): Promise<readonly PasskeyRecord[] | null> {
    const found = await records.find(userId);
    return found && factorsOf(found.credentials).passkeys;
  }

  async function use(userId: string, assertion: Assertion, expected: ExpectedAnswer): Promise<ShownPasskey> {
    const { challenge, alone, mayEnter = () => true } = expected;
    const found = await records.find(userId);
    const credentials = found && toCredentials(found);
    const passkey = found && factorsOf(found.credentials).passkeys.find(({ id }) => id === assertion.id);
    const { readAssertion } = await webAuthn();
    const signed = await readAssertion(relyingParty, assertion, passkey ?? decoy, {
      // One that nobody is ever given.
      challenge: challenge ?? randomBytes(32).toString('base64url'),
      isVerified: alone,
    });
    const wrong = { outcome: 'wrong', userId: credentials?.user.id ?? null } as const;
    if (!signed || !credentials || !passkey || !mayEnter(credentials.user)) return wrong;
    if (!isMeantFor(assertion, userId, alone)) return wrong;
    let isCopied = false;
    const recoveryCodesLeft = await change(userId, async ({ passkeys, recoveryCodes }) => {
      const current = passkeys.find(({ id }) => id === passkey.id);
      if (current?.publicKey !== passkey.publicKey) return null;
      if (current.backupEligible !== signed.backupEligible) return null;
      isCopied = wentBack(current.counter, signed.counter);
      if (isCopied) return null;
      const { counter, backedUp } = signed;
      const worksAlone = current.worksAlone || alone;
      const used = { ...current, counter, backedUp, worksAlone, lastUsedAt: now() };
      const to = { passkeys: passkeys.map((each) => (each === current ? used : each)) };
      return { to, result: recoveryCodes.length };
    });
    if (recoveryCodesLeft === null) return isCopied ? { ...wrong, outcome: 'copied' } : wrong;
    return { outcome: 'right', userId, credentials, recoveryCodesLeft };
  }

  return {
    list,
    creationOptions: async (user, challenge) => {
      const passkeys = await list(user.id);
      if (!passkeys) return null;
      const { creationOptions } = await webAuthn();
      return creationOptions(relyingParty, user, challenge, passkeys);
    },
    requestOptions: async (challenge, userId) => {
      const passkeys = userId === undefined ? undefined : ((await list(userId)) ?? []);
      const { requestOptions } = await webAuthn();
      return requestOptions(relyingParty, challenge, passkeys);
    },
    made: async (registration, challenge, name) => {
      if (challenge === null) return null;
      const { readRegistration } = await webAuthn();
      const made = await readRegistration(relyingParty, registration, challenge);
      if (!made) return null;
      const { aaguid, ...passkey } = made;
      return { ...passkey, name: name ?? authenticatorName(aaguid), createdAt: now() };
    },
    use,
    rename: (userId, id, name) =>
      change(userId, async ({ passkeys }) => {
        const current = passkeys.find((each) => each.id === id);
        if (!current) return null;
        const renamed = { ...current, name };
        return {
          to: { passkeys: passkeys.map((each) => (each === current ? renamed : each)) },
          result: renamed,
        };
      }),
  };
}

/** Loaded when it is first needed: no start of a function waits for it. */
const webAuthn = () => import('./webauthn.ts');

/** Step 6 of 7.2: of an account that nobody has named, its handle has to be there. */
function isMeantFor({ response: { userHandle } }: Assertion, userId: string, alone: boolean): boolean {
  return userHandle === userId || (!alone && (userHandle ?? '') === '');
}

/** An authenticator that does not count says 0 each time. */
function wentBack(before: number, after: number): boolean {
  return (before > 0 || after > 0) && after <= before;
}
