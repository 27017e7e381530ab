import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Collection, Filter } from 'mongodb';
import { Problem, unavailable } from '../base/problem.ts';
import type { Limit, Mongo } from '../store/mongo/client.ts';
import { duplicateKey } from '../store/mongo/errors.ts';
import {
  isExported,
  isSeated,
  type SeatDocument,
  seatKey,
  seatMs,
  toUserProfile,
  type UserDocument,
  usersCollection,
} from '../store/mongo/user-document.ts';
import { beingChanged, isUnlocked } from './credential-lock.ts';
import { emailKey } from './email.ts';
import { type Credentials, type TokenHolder, toUser, type User } from './user.ts';

/** What somebody who signs up has told. */
export interface NewUser {
  email: string;
  name: string | null;
  passwordHash: string;
  createdAt: Date;
  /** Where whoever reads this address's mail has confirmed it already. */
  emailVerifiedAt?: Date;
}

/** A user that is going to be. */
export interface UserDraft {
  /** With an id of its own. */
  readonly credentials: Credentials;
  /**
   * Makes the user; where that fails there is none.
   *
   * @throws {Problem} 409 `email_taken` where another user has the address, in whatever case.
   */
  store(): Promise<void>;
}

/** The users' collection as functions: plain objects in and out, driver codes translated here. */
export interface Users {
  /** Prepares a new user, by taking an id for it; there is none before its `store`. */
  draft(user: NewUser): Promise<UserDraft>;
  /** @throws {Problem} 409 `email_taken`, before anything costly is done. The unique index still decides a race. */
  requireFreeEmail(email: string): Promise<void>;
  exists(id: string): Promise<boolean>;
  findById(id: string): Promise<User | null>;
  findByEmail(email: string): Promise<User | null>;
  findCredentialsById(id: string): Promise<Credentials | null>;
  findCredentialsByEmail(email: string): Promise<Credentials | null>;
  findTokenHolderById(id: string): Promise<TokenHolder | null>;
  findTokenHolderByEmail(email: string): Promise<TokenHolder | null>;
  /** All that is stored of a user itself but secrets; of nobody nothing. */
  exportById(id: string): Promise<Partial<UserDocument>>;
  /** Stores a new hash of the same password, unless the hash has changed meanwhile. */
  replaceHash(id: string, oldHash: string, newHash: string): Promise<void>;
  /** @returns the user as it is then, or null where it is gone. */
  setName(id: string, name: string | null): Promise<User | null>;
  /**
   * Notes that whoever reads this address's mail confirmed it.
   *
   * Where the credentials are being changed it waits for the end of that, a second at most: the account may be about
   * to be deleted for want of this.
   *
   * @returns the user as it is then, or null where it has another address by now, or is gone.
   * @throws {Problem} 503 `unavailable` where a change died and its lock is still in force.
   */
  setEmailVerified(id: string, email: string, at: Date): Promise<User | null>;
}

export function createUsers(mongo: Mongo): Users {
  const run = <T>(operation: (users: Collection<UserDocument>, limit: Limit) => Promise<T>): Promise<T> =>
    mongo.run((db, limit) => operation(db.collection<UserDocument>(usersCollection), limit));
  const findOne = (filter: { _id: string } | { emailKey: string }) =>
    run((users, limit) => users.findOne({ ...filter, ...isSeated }, limit));

  /** Changes a user, and gives it as it is then. */
  async function change(filter: Filter<UserDocument>, fields: Partial<UserDocument>): Promise<User | null> {
    const update = { $set: fields };
    return toUserOrNull(
      await run((users, limit) =>
        users.findOneAndUpdate({ ...filter, ...isSeated }, update, { ...limit, returnDocument: 'after' }),
      ),
    );
  }

  async function draft(fields: NewUser): Promise<UserDraft> {
    const document: UserDocument = {
      _id: await takeSeat(fields.createdAt),
      emailKey: emailKey(fields.email),
      emailVerifiedAt: null,
      ...fields,
      credentialsVersion: 1,
    };
    return { credentials: toCredentials(document), store: () => store(document) };
  }

  /** Each try takes a seat of its own, so that one that arrives late is nobody's. */
  function takeSeat(at: Date): Promise<string> {
    const seatExpiresAt = new Date(at.getTime() + seatMs);
    return mongo.run(async (db, limit) => {
      const _id = newUserId();
      const seat = { _id, emailKey: seatKey(_id), seatExpiresAt };
      await db.collection<SeatDocument>(usersCollection).insertOne(seat, limit);
      return _id;
    });
  }

  async function store({ _id, ...fields }: UserDocument): Promise<void> {
    const update = { $set: fields, $unset: { seatExpiresAt: '' } } as const;
    const seat = { _id, emailKey: seatKey(_id) };
    try {
      const { matchedCount } = await run((users, limit) => users.updateOne(seat, update, limit));
      // Or else the answer of a first try was lost.
      if (matchedCount === 0 && !(await exists(_id))) throw unavailable(new Error('the seat is gone'));
    } catch (error) {
      // A try that arrives after the answer must not make an account of which nobody was told.
      await run((users, limit) => users.deleteOne({ _id }, limit)).catch(() => undefined);
      throw duplicateKey(error) ? emailTaken() : error;
    }
  }

  const exists = async (id: string) => {
    const projection = { _id: 1 };
    const found = await run((users, limit) =>
      users.findOne({ _id: id, ...isSeated }, { ...limit, projection }),
    );
    return found !== null;
  };

  return {
    draft,
    requireFreeEmail: async (email) => {
      const projection = { _id: 1 };
      if (await run((users, limit) => users.findOne({ emailKey: emailKey(email) }, { ...limit, projection })))
        throw emailTaken();
    },
    exists,
    findById: async (id) => toUserOrNull(await findOne({ _id: id })),
    findByEmail: async (email) => toUserOrNull(await findOne({ emailKey: emailKey(email) })),
    findCredentialsById: async (id) => toCredentialsOrNull(await findOne({ _id: id })),
    findCredentialsByEmail: async (email) =>
      toCredentialsOrNull(await findOne({ emailKey: emailKey(email) })),
    findTokenHolderById: async (id) => toTokenHolder(await findOne({ _id: id })),
    findTokenHolderByEmail: async (email) => toTokenHolder(await findOne({ emailKey: emailKey(email) })),
    exportById: async (id) => {
      const stored = Object.entries((await findOne({ _id: id })) ?? {});
      return Object.fromEntries(stored.filter(([field]) => isExported[field as keyof UserDocument]));
    },
    replaceHash: async (id, oldHash, newHash) => {
      const update = { $set: { passwordHash: newHash } };
      await run((users, limit) => users.updateOne({ _id: id, passwordHash: oldHash }, update, limit));
    },
    setName: (id, name) => change({ _id: id }, { name }),
    setEmailVerified: async (id, email, at) => {
      const same = { _id: id, emailKey: emailKey(email) };
      for (let tries = 0; ; tries += 1) {
        const confirmed = await change({ ...same, ...isUnlocked(at) }, { emailVerifiedAt: at });
        const isThere = () => run((users, limit) => users.countDocuments(same, limit));
        if (confirmed || (await isThere()) === 0) return confirmed;
        if (tries === 10) throw beingChanged();
        await delay(100);
      }
    },
  };
}

function newUserId(): string {
  return randomBytes(16).toString('base64url');
}

function emailTaken(): Problem {
  return new Problem('email_taken', 'This e-mail address already has an account. Sign in instead.');
}

function toUserOrNull(document: UserDocument | null): User | null {
  return document && toUser(toUserProfile(document));
}

function toCredentials(document: UserDocument): Credentials {
  const { passwordHash, credentialsVersion } = document;
  return { user: toUser(toUserProfile(document)), passwordHash, credentialsVersion };
}

function toCredentialsOrNull(document: UserDocument | null): Credentials | null {
  return document && toCredentials(document);
}

function toTokenHolder(document: UserDocument | null): TokenHolder | null {
  if (!document) return null;
  const { credentialsVersion, credentialsChangedAt = null, addressChanges = [] } = document;
  return { user: toUser(toUserProfile(document)), credentialsVersion, credentialsChangedAt, addressChanges };
}
