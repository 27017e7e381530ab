import { randomBytes } from 'node:crypto';
import type { SignUpRecords } from '../store/contract.ts';
import type { SignUpRecord } from '../store/records.ts';
import { emailKey } from '../users/email.ts';
import type { NewUser } from '../users/repository.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';

/** A sign-up that waits for its address to be confirmed; no account yet, and nobody can sign in by it. */
export interface WaitingSignUp extends NewUser {
  /** 128 random bits, base64url. */
  readonly id: string;
}

/** Closed sign-ups, each by itself with its own password: none replaces another of the same address. */
export interface WaitingSignUps {
  /** Keeps one, in one command, whether the address is known or not. */
  add(signUp: NewUser): Promise<WaitingSignUp>;
  find(id: string): Promise<WaitingSignUp | null>;
  findLatest(email: string): Promise<WaitingSignUp | null>;
  /** Has one wait from now on, as at first; false where it does not wait any more. */
  renew(id: string): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** Takes out every one of an address, and the links of each. */
  endAll(email: string): Promise<void>;
}

export interface WaitingSignUpsOptions {
  store: { signUps: SignUpRecords };
  tokens: OneTimeTokens;
  now: () => Date;
  /** So long one waits: as long as the link that confirms it. In milliseconds. */
  waitsMs: number;
}

export function createWaitingSignUps(options: WaitingSignUpsOptions): WaitingSignUps {
  const { tokens, now, waitsMs } = options;
  const { signUps } = options.store;
  const end = () => new Date(now().getTime() + waitsMs);

  return {
    add: async ({ email, name, language = null, passwordHash, createdAt }) => {
      const id = randomBytes(16).toString('base64url');
      const credentials = { password: passwordHash };
      await signUps.add({
        id,
        email,
        emailKey: emailKey(email),
        name,
        language,
        credentials,
        createdAt,
        expiresAt: end(),
      });
      return { id, email, name, language, passwordHash, createdAt };
    },
    find: async (id) => toWaitingSignUp(await signUps.find(id, now())),
    findLatest: async (email) => toWaitingSignUp(await signUps.findLatest(emailKey(email), now())),
    renew: (id) => signUps.renew(id, now(), end()),
    remove: signUps.remove,
    endAll: async (email) => {
      // Before their links: a job that makes one just now looks for its sign-up after.
      const ids = await signUps.removeAll(emailKey(email));
      await Promise.all(ids.map((id) => tokens.erase(id)));
    },
  };
}

function toWaitingSignUp(record: SignUpRecord | null): WaitingSignUp | null {
  if (!record) return null;
  const { id, email, name, language, credentials, createdAt } = record;
  return { id, email, name, language, passwordHash: credentials.password ?? '', createdAt };
}
