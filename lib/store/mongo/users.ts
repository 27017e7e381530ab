import { randomBytes } from 'node:crypto';
import type { Filter, UpdateFilter } from 'mongodb';
import { unavailable } from '../../base/problem.ts';
import { asChanged } from '../as-changed.ts';
import type { UserRecords } from '../contract.ts';
import { lastCharacter } from '../last-character.ts';
import type { NewUserRecord, UserQuery, UserRecord } from '../records.ts';
import type { Mongo } from './client.ts';
import { collections, runOn } from './collections.ts';
import { duplicateKey } from './errors.ts';
import {
  hasFactors,
  hasRolesRevision,
  isExported,
  isSeated,
  profileProjection,
  type SeatDocument,
  seatKey,
  seatMs,
  toStoredCredentials,
  toUserProfile,
  toUserRecord,
  type UserDocument,
} from './user-document.ts';
import { createUserLock, isUnlocked } from './user-lock.ts';

/** Users as MongoDB keeps them. */
export function createUserRecords({ mongo }: { mongo: Mongo }): UserRecords {
  const run = runOn<UserDocument>(mongo, collections.users);
  const runOnSeats = runOn<SeatDocument>(mongo, collections.users);
  const findOne = (filter: Filter<UserDocument>) =>
    run((users, limit) => users.findOne({ ...filter, ...isSeated }, limit));
  const isThere = async (filter: Filter<UserDocument>) =>
    (await run((users, limit) => users.findOne(filter, { ...limit, projection: { _id: 1 } }))) !== null;
  const exists = (id: string) => isThere({ _id: id, ...isSeated });

  /** Changes a user, and gives it as it is then. */
  async function change(filter: Filter<UserDocument>, update: UpdateFilter<UserDocument>) {
    const options = { returnDocument: 'after' } as const;
    return toRecordOrNull(
      await run((users, limit) =>
        users.findOneAndUpdate({ ...filter, ...isSeated }, update, { ...limit, ...options }),
      ),
    );
  }

  /** Each try takes a seat of its own, so that one that arrives late is nobody's. */
  function takeSeat(at: Date): Promise<string> {
    const seatExpiresAt = new Date(at.getTime() + seatMs);
    return runOnSeats(async (seats, limit) => {
      const _id = newUserId();
      await seats.insertOne({ _id, emailKey: seatKey(_id), seatExpiresAt }, limit);
      return _id;
    });
  }

  async function fillSeat(_id: string, { credentials, roles, ...user }: NewUserRecord): Promise<boolean> {
    const stored = { credentials: toStoredCredentials(credentials), ...(roles.length > 0 && { roles }) };
    const fields = { ...user, ...stored, credentialsVersion: 1 };
    const update = { $set: fields, $unset: { seatExpiresAt: '' } } as const;
    const seat = { _id, emailKey: seatKey(_id) };
    try {
      const { matchedCount } = await run((users, limit) => users.updateOne(seat, update, limit));
      // Or else the answer of a first try was lost.
      if (matchedCount === 0 && !(await exists(_id))) throw unavailable(new Error('the seat is gone'));
      return true;
    } catch (error) {
      // A try that arrives after the answer must not make an account of which nobody was told.
      await run((users, limit) => users.deleteOne({ _id }, limit)).catch(() => undefined);
      if (duplicateKey(error)) return false;
      throw error;
    }
  }

  return {
    takeSeat,
    fillSeat,
    find: async (id) => toRecordOrNull(await findOne({ _id: id })),
    findByEmailKey: async (emailKey) => toRecordOrNull(await findOne({ emailKey })),
    findByIdentity: async (key) =>
      toRecordOrNull(await findOne({ 'credentials.factors.identities.key': key })),
    exists,
    isTaken: (emailKey) => isThere({ emailKey }),
    replaceHash: async (id, from, to) => {
      const same = { _id: id, $or: [{ 'credentials.password': from }, { passwordHash: from }] };
      const update = { $set: { 'credentials.password': to }, $unset: { passwordHash: '' } } as const;
      await run((users, limit) => users.updateOne(same, update, limit));
    },
    changeFactors: async (id, { from, to }) => {
      const update = { $set: { 'credentials.factors': to } };
      const filter = { _id: id, ...isSeated, ...hasFactors(from) };
      const { matchedCount } = await run((users, limit) => users.updateOne(filter, update, limit));
      // Or else the answer of a first try was lost.
      return (
        matchedCount === 1 || (await findOne({ _id: id }))?.credentials?.factors?.changedBy === to.changedBy
      );
    },
    list: async (query) => {
      const found = await run((users, limit) =>
        users
          .find(filterOf(query), { ...limit, projection: profileProjection })
          // An address is one user's, and its index has no id.
          .sort(query.key === 'emailKey' ? { emailKey: 1 } : { nameKey: 1, _id: 1 })
          .limit(query.most)
          .toArray(),
      );
      return found.map(toUserProfile);
    },
    setName: (id, name, nameKey) => change({ _id: id }, { $set: { name, nameKey } }),
    setLanguage: (id, language) => change({ _id: id }, { $set: { language } }),
    setRoles: async (_id, { from, to: roles, at }) => {
      const rolesRevision = from + 1;
      const isAsExpected = { _id, ...hasRolesRevision(from), ...isUnlocked(at) };
      const changed = await change(isAsExpected, {
        $set: { rolesRevision, ...(roles.length > 0 && { roles }) },
        $unset: { lockedUntil: '', lockedBy: '', ...(roles.length === 0 && { roles: '' }) },
      });
      return changed ?? asChanged(toRecordOrNull(await findOne({ _id })), { from, to: roles });
    },
    enable: async (_id, since) =>
      (await change({ _id, disabledAt: since }, { $unset: { disabledAt: '' } })) ??
      toRecordOrNull(await findOne({ _id })),
    setEmailVerified: (id, emailKey, at, to) =>
      change(
        { _id: id, emailKey, ...isUnlocked(at) },
        { $set: { emailVerifiedAt: to === false ? null : at } },
      ),
    ...createUserLock({ mongo, exists }),
    export: async (id) => {
      const stored = Object.entries((await findOne({ _id: id })) ?? {});
      return Object.fromEntries(stored.filter(([field]) => isExported[field as keyof UserDocument]));
    },
  };
}

/** With a bound on the key the index leads to the page. */
function filterOf({ key, prefix, role, disabled, after }: UserQuery): Filter<UserDocument> {
  return {
    [key]: { $gte: after?.key ?? prefix, $lt: prefix + lastCharacter },
    ...(after && { $nor: [{ [key]: after.key, _id: { $lte: after.id } }] }),
    ...isSeated,
    ...(role !== undefined && { roles: role }),
    ...(disabled !== undefined && { disabledAt: { $exists: disabled } }),
  } as Filter<UserDocument>;
}

function newUserId(): string {
  return randomBytes(16).toString('base64url');
}

function toRecordOrNull(document: UserDocument | null): UserRecord | null {
  return document && toUserRecord(document);
}
