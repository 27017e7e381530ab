import { randomBytes } from 'node:crypto';
import type { Collection, Filter } from 'mongodb';
import type { Limit, Mongo } from '../mongo/client.ts';
import { duplicateKey } from '../mongo/errors.ts';
import { Problem } from '../problem.ts';
import { toUser, type UserDocument, usersCollection } from './document.ts';
import { emailKey } from './email.ts';
import type { Credentials, TokenHolder, User } from './user.ts';

/** What somebody who signs up has told. */
export interface NewUser {
  email: string;
  name: string | null;
  passwordHash: string;
  createdAt: Date;
}

/** A user that is going to be. */
export interface UserDraft {
  /** With an id of its own. */
  readonly credentials: Credentials;
  /** @throws {Problem} 409 `email_taken` where another user has the address, in whatever case. */
  store(): Promise<void>;
}

/** The users' collection as functions: plain objects in and out, driver codes translated here. */
export interface Users {
  /** Prepares a new user, without any I/O; there is none before its `store`. */
  draft(user: NewUser): UserDraft;
  /**
   * Keeps a sign-up that waits for its verification: a new account, or a new password for one that waits already.
   * One command, whether the address is known or not.
   *
   * @returns the user's id, or null where the address has an account that such a sign-up must not touch.
   */
  putUnverified(user: NewUser, signUpId: string): Promise<string | null>;
  /** @throws {Problem} 409 `email_taken`, before anything costly is done. The unique index still decides a race. */
  requireFreeEmail(email: string): Promise<void>;
  findById(id: string): Promise<User | null>;
  findByEmail(email: string): Promise<User | null>;
  findCredentialsById(id: string): Promise<Credentials | null>;
  findCredentialsByEmail(email: string): Promise<Credentials | null>;
  findTokenHolderById(id: string): Promise<TokenHolder | null>;
  findTokenHolderByEmail(email: string): Promise<TokenHolder | null>;
  /** Stores a new hash of the same password, unless the hash has changed meanwhile. */
  replaceHash(id: string, oldHash: string, newHash: string): Promise<void>;
  /** @returns the user as it is then, or null where it is gone. */
  setName(id: string, name: string | null): Promise<User | null>;
  /**
   * Notes that whoever reads this address's mail confirmed it.
   *
   * @param signUpId the closed sign-up that the confirmation was for; null where it was for none.
   * @returns the user as it is then, or null where it has another address or sign-up by now, or is gone.
   */
  setEmailVerified(id: string, email: string, signUpId: string | null, at: Date): Promise<User | null>;
  /** Takes the user out of the database; without one it does nothing. */
  remove(id: string): Promise<void>;
}

export function createUsers(mongo: Mongo): Users {
  const run = <T>(operation: (users: Collection<UserDocument>, limit: Limit) => Promise<T>): Promise<T> =>
    mongo.run((db, limit) => operation(db.collection<UserDocument>(usersCollection), limit));
  const findOne = (filter: { _id: string } | { emailKey: string }) =>
    run((users, limit) => users.findOne(filter, limit));

  /** Changes a user, and gives it as it is then. */
  async function change(filter: Filter<UserDocument>, fields: Partial<UserDocument>): Promise<User | null> {
    const update = { $set: fields, $inc: { revision: 1 } };
    return toUserOrNull(
      await run((users, limit) =>
        users.findOneAndUpdate(filter, update, { ...limit, returnDocument: 'after' }),
      ),
    );
  }

  function draft(fields: NewUser): UserDraft {
    const document: UserDocument = {
      _id: newUserId(),
      emailKey: emailKey(fields.email),
      ...fields,
      credentialsVersion: 1,
      emailVerifiedAt: null,
      revision: 1,
    };
    return { credentials: toCredentials(document), store: () => insert(document) };
  }

  async function insert(document: UserDocument): Promise<void> {
    await run(async (users, limit) => {
      try {
        await users.insertOne(document, limit);
      } catch (error) {
        if (!duplicateKey(error)) throw error;
        // A repeat after a lost answer meets the document that the first try stored.
        if (await users.findOne({ _id: document._id }, { ...limit, projection: { _id: 1 } })) return;
        throw emailTaken();
      }
    });
  }

  async function putUnverified(fields: NewUser, signUpId: string) {
    const { email, name, passwordHash, createdAt } = fields;
    // Only what a closed sign-up made, and nobody has verified, may be replaced: nobody has used it yet.
    const waiting = {
      emailKey: emailKey(email),
      emailVerifiedAt: null,
      signUpId: { $type: 'string' as const },
    };
    try {
      const document = await run((users, limit) =>
        users.findOneAndUpdate(
          waiting,
          {
            $set: { email, name, passwordHash, signUpId },
            $inc: { credentialsVersion: 1, revision: 1 },
            $setOnInsert: { _id: newUserId(), createdAt },
          },
          { ...limit, upsert: true, returnDocument: 'after', projection: { _id: 1 } },
        ),
      );
      return document?._id ?? null;
    } catch (error) {
      if (duplicateKey(error)) return null;
      throw error;
    }
  }

  return {
    draft,
    putUnverified,
    requireFreeEmail: async (email) => {
      const projection = { _id: 1 };
      if (await run((users, limit) => users.findOne({ emailKey: emailKey(email) }, { ...limit, projection })))
        throw emailTaken();
    },
    findById: async (id) => toUserOrNull(await findOne({ _id: id })),
    findByEmail: async (email) => toUserOrNull(await findOne({ emailKey: emailKey(email) })),
    findCredentialsById: async (id) => toCredentialsOrNull(await findOne({ _id: id })),
    findCredentialsByEmail: async (email) =>
      toCredentialsOrNull(await findOne({ emailKey: emailKey(email) })),
    findTokenHolderById: async (id) => toTokenHolder(await findOne({ _id: id })),
    findTokenHolderByEmail: async (email) => toTokenHolder(await findOne({ emailKey: emailKey(email) })),
    replaceHash: async (id, oldHash, newHash) => {
      const update = { $set: { passwordHash: newHash } };
      await run((users, limit) => users.updateOne({ _id: id, passwordHash: oldHash }, update, limit));
    },
    setName: (id, name) => change({ _id: id }, { name }),
    setEmailVerified: async (id, email, signUpId, at) => {
      const same = { _id: id, emailKey: emailKey(email), signUpId: signUpId ?? { $exists: false } };
      return change(same, { emailVerifiedAt: at });
    },
    remove: async (id) => {
      await run((users, limit) => users.deleteOne({ _id: id }, limit));
    },
  };
}

function newUserId(): string {
  return randomBytes(16).toString('base64url');
}

function emailTaken(): Problem {
  return new Problem(409, 'email_taken', 'This e-mail address already has an account. Sign in instead.');
}

function toUserOrNull(document: UserDocument | null): User | null {
  return document && toUser(document);
}

function toCredentials(document: UserDocument): Credentials {
  const { passwordHash, credentialsVersion } = document;
  return { user: toUser(document), passwordHash, credentialsVersion };
}

function toCredentialsOrNull(document: UserDocument | null): Credentials | null {
  return document && toCredentials(document);
}

function toTokenHolder(document: UserDocument | null): TokenHolder | null {
  if (!document) return null;
  const { credentialsVersion, signUpId = null } = document;
  return { user: toUser(document), credentialsVersion, signUpId };
}
