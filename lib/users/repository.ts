import { randomBytes } from 'node:crypto';
import type { Mongo } from '../mongo/client.ts';
import { duplicateKey } from '../mongo/errors.ts';
import { Problem } from '../problem.ts';
import { emailKey } from './email.ts';
import type { Credentials, User } from './user.ts';

interface UserDocument {
  /** 128 random bits, base64url. */
  _id: string;
  email: string;
  /** Unique. */
  emailKey: string;
  name: string | null;
  passwordHash: string;
  credentialsVersion: number;
  emailVerifiedAt: Date | null;
  createdAt: Date;
}

/** The users' collection as functions: plain objects in and out, driver codes translated here. */
export interface Users {
  /** @throws {Problem} 409 `email_taken` where another user has the address, in whatever case. */
  insert(user: {
    email: string;
    name: string | null;
    passwordHash: string;
    createdAt: Date;
  }): Promise<Credentials>;
  /** @throws {Problem} 409 `email_taken`, before anything costly is done. The unique index still decides a race. */
  requireFreeEmail(email: string): Promise<void>;
  findById(id: string): Promise<User | null>;
  findCredentialsByEmail(email: string): Promise<Credentials | null>;
  /** Null where the user is gone. */
  findCredentialsVersion(id: string): Promise<number | null>;
  /** Stores a new hash of the same password, unless the hash has changed meanwhile. */
  replaceHash(id: string, oldHash: string, newHash: string): Promise<void>;
}

export function createUsers(mongo: Mongo): Users {
  const collection = 'users';

  async function insert(fields: {
    email: string;
    name: string | null;
    passwordHash: string;
    createdAt: Date;
  }) {
    const document: UserDocument = {
      _id: randomBytes(16).toString('base64url'),
      email: fields.email,
      emailKey: emailKey(fields.email),
      name: fields.name,
      passwordHash: fields.passwordHash,
      credentialsVersion: 1,
      emailVerifiedAt: null,
      createdAt: fields.createdAt,
    };
    await mongo.run(async (db, limit) => {
      const users = db.collection<UserDocument>(collection);
      try {
        await users.insertOne(document, limit);
      } catch (error) {
        if (!duplicateKey(error)) throw error;
        // A repeat after a lost answer meets the document that the first try stored.
        if (await users.findOne({ _id: document._id }, { ...limit, projection: { _id: 1 } })) return;
        throw emailTaken();
      }
    });
    return toCredentials(document);
  }

  return {
    insert,
    requireFreeEmail: async (email) => {
      const taken = await mongo.run((db, limit) =>
        db
          .collection<UserDocument>(collection)
          .findOne({ emailKey: emailKey(email) }, { ...limit, projection: { _id: 1 } }),
      );
      if (taken) throw emailTaken();
    },
    findById: async (id) => {
      const document = await mongo.run((db, limit) =>
        db
          .collection<UserDocument>(collection)
          .findOne({ _id: id }, { ...limit, projection: { passwordHash: 0, emailKey: 0 } }),
      );
      return document && toUser(document);
    },
    findCredentialsByEmail: async (email) => {
      const document = await mongo.run((db, limit) =>
        db.collection<UserDocument>(collection).findOne({ emailKey: emailKey(email) }, limit),
      );
      return document && toCredentials(document);
    },
    findCredentialsVersion: async (id) => {
      const document = await mongo.run((db, limit) =>
        db
          .collection<UserDocument>(collection)
          .findOne({ _id: id }, { ...limit, projection: { credentialsVersion: 1 } }),
      );
      return document?.credentialsVersion ?? null;
    },
    replaceHash: async (id, oldHash, newHash) => {
      await mongo.run((db, limit) =>
        db
          .collection<UserDocument>(collection)
          .updateOne({ _id: id, passwordHash: oldHash }, { $set: { passwordHash: newHash } }, limit),
      );
    },
  };
}

function emailTaken(): Problem {
  return new Problem(409, 'email_taken', 'This e-mail address already has an account. Sign in instead.');
}

function toUser(document: UserDocument): User {
  return {
    id: document._id,
    email: document.email,
    name: document.name,
    emailVerified: document.emailVerifiedAt !== null,
    createdAt: document.createdAt,
  };
}

function toCredentials(document: UserDocument): Credentials {
  const { passwordHash, credentialsVersion } = document;
  return { user: toUser(document), passwordHash, credentialsVersion };
}
