import { randomBytes } from 'node:crypto';
import type { Collection } from 'mongodb';
import type { Limit, Mongo } from '../store/mongo/client.ts';
import { emailKey } from '../users/email.ts';
import type { NewUser } from '../users/repository.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';

/** A sign-up that waits for its address to be confirmed; no account yet, and nobody can sign in by it. */
export interface WaitingSignUp extends NewUser {
  /** 128 random bits, base64url. */
  readonly id: string;
}

interface WaitingSignUpDocument extends NewUser {
  _id: string;
  emailKey: string;
  /** The TTL index sweeps by it. */
  expiresAt: Date;
}

export const waitingSignUpsCollection = 'sign_ups';

/** As long as the link that confirms it. */
const waitsMs = 24 * 60 * 60 * 1000;

/** Closed sign-ups, each by itself with its own password: none replaces another of the same address. */
export interface WaitingSignUps {
  /** Keeps one, in one command, whether the address is known or not. */
  add(signUp: NewUser): Promise<WaitingSignUp>;
  find(id: string): Promise<WaitingSignUp | null>;
  findLatest(email: string): Promise<WaitingSignUp | null>;
  /** Has one wait for 24 hours from now on; false where it does not wait any more. */
  renew(id: string): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** Takes out every one of an address, and the links of each. */
  endAll(email: string): Promise<void>;
}

export interface WaitingSignUpsOptions {
  mongo: Mongo;
  tokens: OneTimeTokens;
  now: () => Date;
}

export function createWaitingSignUps({ mongo, tokens, now }: WaitingSignUpsOptions): WaitingSignUps {
  const run = <T>(
    operation: (signUps: Collection<WaitingSignUpDocument>, limit: Limit) => Promise<T>,
  ): Promise<T> =>
    mongo.run((db, limit) =>
      operation(db.collection<WaitingSignUpDocument>(waitingSignUpsCollection), limit),
    );
  const end = () => new Date(now().getTime() + waitsMs);
  const live = () => ({ expiresAt: { $gt: now() } });

  return {
    add: async ({ email, name, passwordHash, createdAt }) => {
      const id = randomBytes(16).toString('base64url');
      const signUp = { email, name, passwordHash, createdAt };
      const document = { ...signUp, emailKey: emailKey(email), expiresAt: end() };
      await run((signUps, limit) => signUps.replaceOne({ _id: id }, document, { ...limit, upsert: true }));
      return { id, ...signUp };
    },
    find: async (id) =>
      toWaitingSignUp(await run((signUps, limit) => signUps.findOne({ _id: id, ...live() }, limit))),
    findLatest: async (email) =>
      toWaitingSignUp(
        await run((signUps, limit) =>
          signUps.findOne({ emailKey: emailKey(email), ...live() }, { ...limit, sort: { createdAt: -1 } }),
        ),
      ),
    renew: async (id) => {
      const update = { $set: { expiresAt: end() } };
      const { matchedCount } = await run((signUps, limit) =>
        signUps.updateOne({ _id: id, ...live() }, update, limit),
      );
      return matchedCount === 1;
    },
    remove: async (id) => {
      await run((signUps, limit) => signUps.deleteOne({ _id: id }, limit));
    },
    endAll: async (email) => {
      const projection = { _id: 1 };
      const found = await run((signUps, limit) =>
        signUps.find({ emailKey: emailKey(email) }, { ...limit, projection }).toArray(),
      );
      if (found.length === 0) return;
      const ids = found.map(({ _id }) => _id);
      // Before their links: a job that makes one just now looks for its sign-up after.
      await run((signUps, limit) => signUps.deleteMany({ _id: { $in: ids } }, limit));
      await Promise.all(ids.map((id) => tokens.erase(id)));
    },
  };
}

function toWaitingSignUp(document: WaitingSignUpDocument | null): WaitingSignUp | null {
  if (!document) return null;
  const { _id: id, email, name, passwordHash, createdAt } = document;
  return { id, email, name, passwordHash, createdAt };
}
