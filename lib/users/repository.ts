import { setTimeout as delay } from 'node:timers/promises';
import type { Language } from '../base/language.ts';
import { Problem } from '../base/problem.ts';
import type { UserRecords } from '../store/contract.ts';
import type { IdentityRecord } from '../store/credential-records.ts';
import { nameKeyOf } from '../store/name-key.ts';
import { beingChanged } from './credential-lock.ts';
import { emailKey } from './email.ts';
import { following, noFactors } from './factors.ts';
import { type Identity, identityKey, identityRecord } from './identity.ts';
import { rolesOf } from './roles.ts';
import {
  type Credentials,
  type TokenHolder,
  toCredentials,
  toTokenHolder,
  toUser,
  type User,
} from './user.ts';
import { userProblems } from './user-problems.ts';

/** What somebody who signs up has told. */
export interface NewUser {
  email: string;
  name: string | null;
  /** Of the request that makes the user; left out where somebody else makes it. */
  language?: Language | null | undefined;
  /** Undefined for one that has no password. */
  passwordHash: string | undefined;
  createdAt: Date;
  /** Of one that comes by a provider. */
  identity?: Omit<IdentityRecord, 'key' | 'linkedAt'>;
  /** Where whoever reads this address's mail has confirmed it already. */
  emailVerifiedAt?: Date;
  roles?: readonly string[];
}

/** A user that is going to be. */
export interface UserDraft {
  /** With an id of its own. */
  readonly credentials: Credentials;
  /**
   * Makes the user; where that fails there is none.
   *
   * @throws {Problem} 409 `email_taken` where another user has the address, in whatever case, or the identity.
   */
  store(): Promise<void>;
}

/** The users as functions, of their records. */
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
  findCredentialsByIdentity(identity: Identity): Promise<Credentials | null>;
  findTokenHolderById(id: string): Promise<TokenHolder | null>;
  findTokenHolderByEmail(email: string): Promise<TokenHolder | null>;
  /** All that is stored of a user itself but secrets; of nobody nothing. */
  exportById(id: string): Promise<Record<string, unknown>>;
  /** Stores a new hash of the same password, unless the hash has changed meanwhile. */
  replaceHash(id: string, oldHash: string, newHash: string): Promise<void>;
  /** @returns the user as it is then, or null where it is gone. */
  setName(id: string, name: string | null): Promise<User | null>;
  /** @returns the user as it is then, or null where it is gone. */
  setLanguage(id: string, language: Language | null): Promise<User | null>;
  /** The roles, and which change of them made them so; null where the user is gone. */
  findRoles(id: string): Promise<{ roles: readonly string[]; revision: number } | null>;
  /**
   * Gives a user these roles and no other.
   *
   * @param revision that the caller has seen.
   * @returns the user as it is then, or null where it has other roles by now, is being changed, or is gone.
   */
  setRoles(id: string, roles: readonly string[], revision: number, at: Date): Promise<User | null>;
  /** Keeps a user out no longer. @returns the user as it is then, or null where it is gone. */
  enable(id: string): Promise<User | null>;
  /**
   * Notes that whoever reads this address's mail confirmed it.
   *
   * Where the credentials are being changed it waits for the end of that, a second at most: the account may be about
   * to be deleted for want of this.
   *
   * @param to false where nobody counts as having confirmed it any more.
   * @returns the user as it is then, or null where it has another address by now, or is gone.
   * @throws {Problem} 503 `unavailable` where a change died and its lock is still in force.
   */
  setEmailVerified(id: string, email: string, at: Date, to?: false): Promise<User | null>;
}

export function createUsers(records: UserRecords): Users {
  const findByEmail = (email: string) => records.findByEmailKey(emailKey(email));

  async function draft(user: NewUser): Promise<UserDraft> {
    const { passwordHash, emailVerifiedAt, identity, language = null, roles = [], ...told } = user;
    const id = await records.takeSeat(told.createdAt);
    const linked = identity && identityRecord({ ...identity, linkedAt: told.createdAt });
    const factors = linked && following(noFactors, { identities: [linked] });
    const credentials = { password: passwordHash, ...(factors && { factors }) };
    const address = { emailKey: emailKey(told.email), emailVerifiedAt: emailVerifiedAt ?? null };
    const more = { nameKey: keyOf(told.name), roles: rolesOf(roles) };
    const fields = { ...told, ...more, ...address, language, credentials };
    return {
      credentials: toCredentials({ id, ...fields, disabledAt: null, credentialsVersion: 1 }),
      store: async () => {
        if (!(await records.fillSeat(id, fields))) throw emailTaken();
      },
    };
  }

  async function setEmailVerified(id: string, email: string, at: Date, to?: false): Promise<User | null> {
    const key = emailKey(email);
    for (let tries = 0; ; tries += 1) {
      const confirmed = await records.setEmailVerified(id, key, at, to);
      if (confirmed) return toUser(confirmed);
      const found = await records.find(id);
      if (found?.emailKey !== key) return null;
      if (tries === 10) throw beingChanged();
      await delay(100);
    }
  }

  return {
    draft,
    requireFreeEmail: async (email) => {
      if (await records.isTaken(emailKey(email))) throw emailTaken();
    },
    exists: records.exists,
    findById: async (id) => orNull(await records.find(id), toUser),
    findByEmail: async (email) => orNull(await findByEmail(email), toUser),
    findCredentialsById: async (id) => orNull(await records.find(id), toCredentials),
    findCredentialsByEmail: async (email) => orNull(await findByEmail(email), toCredentials),
    findCredentialsByIdentity: async (identity) =>
      orNull(await records.findByIdentity(identityKey(identity)), toCredentials),
    findTokenHolderById: async (id) => orNull(await records.find(id), toTokenHolder),
    findTokenHolderByEmail: async (email) => orNull(await findByEmail(email), toTokenHolder),
    exportById: records.export,
    replaceHash: records.replaceHash,
    setName: async (id, name) => orNull(await records.setName(id, name, keyOf(name)), toUser),
    setLanguage: async (id, language) => orNull(await records.setLanguage(id, language), toUser),
    findRoles: async (id) =>
      orNull(await records.find(id), ({ roles, rolesRevision }) => ({ roles, revision: rolesRevision })),
    setRoles: async (id, roles, from, at) =>
      orNull(await records.setRoles(id, { from, to: rolesOf(roles), at }), toUser),
    enable: async (id) => {
      const found = await records.find(id);
      const since = found?.disabledAt;
      return orNull(since ? await records.enable(id, since) : found, toUser);
    },
    setEmailVerified,
  };
}

const keyOf = (name: string | null) => orNull(name, nameKeyOf);

function orNull<R, T>(record: R | null, convert: (record: R) => T): T | null {
  return record && convert(record);
}

function emailTaken(): Problem {
  return new Problem(
    userProblems.email_taken,
    'This e-mail address already has an account. Sign in instead.',
  );
}
