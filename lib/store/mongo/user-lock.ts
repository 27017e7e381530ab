import type { Filter, UpdateFilter } from 'mongodb';
import type { UserRecords } from '../contract.ts';
import type { ChangeOutcome, CredentialsChange } from '../records.ts';
import type { Mongo } from './client.ts';
import { collections, runOn } from './collections.ts';
import { duplicateKey } from './errors.ts';
import { hasFactors, hasRolesRevision, isSeated, type UserDocument } from './user-document.ts';

export interface UserLockOptions {
  mongo: Mongo;
  exists: UserRecords['exists'];
}

/** Changes of a user by whoever has its lock. */
export function createUserLock({ mongo, exists }: UserLockOptions) {
  const run = runOn<UserDocument>(mongo, collections.users);

  /** Where the lock is free; `lockedBy` makes a repeat of the command find its own. */
  const takeLock: UserRecords['takeLock'] = async (id, expected, { by, at, until }) => {
    const { credentialsVersion, unconfirmed = false, rolesRevision } = expected;
    const account: Filter<UserDocument> = {
      _id: id,
      ...isSeated,
      ...(credentialsVersion === undefined ? {} : { credentialsVersion }),
      ...(unconfirmed ? { emailVerifiedAt: null } : {}),
      ...(rolesRevision === undefined ? {} : hasRolesRevision(rolesRevision)),
    };
    const free = { $or: [...isUnlocked(at).$or, { lockedBy: by }] };
    const update = { $set: { lockedUntil: until, lockedBy: by } };
    const result = await run((users, limit) => users.updateOne({ ...account, ...free }, update, limit));
    return result.matchedCount === 1;
  };

  async function changeUnderLock(
    id: string,
    lockedBy: string,
    change: CredentialsChange,
  ): Promise<ChangeOutcome> {
    const filter = { _id: id, lockedBy, ...conditionsOf(change) };
    const update = updateOf(change, lockedBy);
    try {
      const result = await run((users, limit) => users.updateOne(filter, update, limit));
      if (result.matchedCount === 1) return 'changed';
    } catch (error) {
      if (duplicateKey(error)) return 'taken';
      throw error;
    }
    const projection = { changedBy: 1, lockedBy: 1 };
    const found = await run((users, limit) => users.findOne({ _id: id }, { ...limit, projection }));
    // The answer of a first try was lost.
    if (found?.changedBy === lockedBy) return 'changed';
    return (change.expected || change.factors) && found?.lockedBy === lockedBy ? 'stale' : 'gone';
  }

  async function removeUnderLock(id: string, lockedBy: string): Promise<boolean> {
    const { deletedCount } = await run((users, limit) => users.deleteOne({ _id: id, lockedBy }, limit));
    // Or else the answer of a first try was lost.
    return deletedCount === 1 || !(await exists(id));
  }

  async function releaseLock(id: string, lockedBy: string): Promise<void> {
    const update = { $unset: { lockedUntil: '', lockedBy: '' } } as const;
    await run((users, limit) => users.updateOne({ _id: id, lockedBy }, update, limit));
  }

  return { takeLock, changeUnderLock, removeUnderLock, releaseLock };
}

/** Of a filter: no change of credentials is under way. */
export function isUnlocked(at: Date) {
  return { $or: [{ lockedUntil: { $exists: false } }, { lockedUntil: { $lte: at } }] };
}

function conditionsOf({ expected, factors, undoes }: CredentialsChange): Filter<UserDocument> {
  return {
    ...(expected && { email: expected.email, emailVerifiedAt: expected.emailVerifiedAt }),
    ...(factors && hasFactors(factors.from)),
    ...(undoes === undefined ? {} : { 'addressChanges.version': undoes }),
  };
}

function updateOf(change: CredentialsChange, changedBy: string): UpdateFilter<UserDocument> {
  const { at, password, factors, email, disables, addressChanges = [], undoes } = change;
  const hasNoWayBack = change.addressChanges?.length === 0;
  return {
    $set: {
      changedBy,
      credentialsChangedAt: at,
      ...(typeof password === 'string' && { 'credentials.password': password }),
      ...(factors && { 'credentials.factors': factors.to }),
      ...(email && { ...email, emailVerifiedAt: at }),
      ...(disables && { disabledAt: at }),
      ...(addressChanges.length > 0 && { addressChanges: [...addressChanges] }),
    },
    $inc: { credentialsVersion: 1 },
    $unset: {
      lockedUntil: '',
      lockedBy: '',
      ...(password === undefined ? {} : { passwordHash: '' }),
      ...(password === null && { 'credentials.password': '' }),
      ...(hasNoWayBack && { addressChanges: '' }),
    },
    ...(undoes === undefined ? {} : { $pull: { addressChanges: { version: { $gte: undoes } } } }),
  };
}
