import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Collection, Filter, UpdateFilter } from 'mongodb';
import { Problem } from '../base/problem.ts';
import type { Limit, Mongo } from '../store/mongo/client.ts';
import { duplicateKey } from '../store/mongo/errors.ts';
import { isSeated, toUserProfile, type UserDocument, usersCollection } from '../store/mongo/user-document.ts';
import type { AddressChange } from '../store/records.ts';
import { emailKey } from './email.ts';
import { type CredentialsState, toUser } from './user.ts';

/** While nobody signs in: longer than any request lasts, and soon over where one has died. In milliseconds. */
const lockMs = 15_000;
/** A change that has taken longer is not made any more: what it relies on may have ended with the lock. */
const changeWithinMs = 10_000;

/** So long the owner of a confirmed address can take back a change of it. */
const undoMs = 72 * 60 * 60 * 1000;

/** What a change of credentials sets. */
export interface NewCredentials {
  passwordHash?: string;
  /** Counts as verified. A new one can be undone where the one before was verified too. */
  email?: string;
  /**
   * The change of address that this one takes back, by its version: made only while that can be undone. It and all
   * later ones cannot be any more; earlier ones stay, so that a thief's way back does not end the first owner's.
   */
  undoes?: number;
  /** True where no change of address so far can be undone any more. */
  endsUndo?: boolean;
}

/** A change of credentials under way. */
export interface CredentialLock {
  /**
   * Makes the change and opens the lock, in one command.
   *
   * @returns `gone` where lock or user are gone, or there is nothing to undo any more; `taken` where another user has
   * the e-mail address.
   */
  change(to: NewCredentials): Promise<'changed' | 'gone' | 'taken'>;
  /**
   * Takes the user out of the database, and the lock with it.
   *
   * @returns false where the lock is gone, and the user is not.
   */
  remove(): Promise<boolean>;
  /** Opens the lock without a change. */
  release(): Promise<void>;
}

/** What an account must be for its lock to be taken. */
export interface LockCondition {
  /** Nobody has confirmed its address. */
  unconfirmed?: boolean;
}

/** Keeps everybody from signing in while an account's credentials change. */
export interface CredentialLocks {
  /**
   * Locks an account. Where another change is under way it waits for its end, a second at most.
   *
   * @param version that the caller has seen; null locks whatever is there.
   * @returns null where the credentials have changed since, the user is gone or is not as `condition` says.
   * @throws {Problem} 503 `unavailable` where a change died and its lock is still in force.
   */
  lock(userId: string, version: number | null, condition?: LockCondition): Promise<CredentialLock | null>;
  /** Where the credentials stand, once no change is under way, or after a second; null where the user is gone. */
  settled(userId: string): Promise<CredentialsState | null>;
}

export function createCredentialLocks({ mongo, now }: { mongo: Mongo; now: () => Date }): CredentialLocks {
  const run = <T>(operation: (users: Collection<UserDocument>, limit: Limit) => Promise<T>): Promise<T> =>
    mongo.run((db, limit) => operation(db.collection<UserDocument>(usersCollection), limit));

  async function state(userId: string): Promise<CredentialsState | null> {
    const user = await run((users, limit) => users.findOne({ _id: userId, ...isSeated }, limit));
    return (
      user && {
        version: user.credentialsVersion,
        user: toUser(toUserProfile(user)),
        locked: user.lockedUntil !== undefined && user.lockedUntil > now(),
      }
    );
  }

  /** Takes the lock where it is free; `lockedBy` makes a repeat of the command find its own. */
  async function take(account: Filter<UserDocument>, lockedBy: string): Promise<boolean> {
    const at = now();
    const free = { $or: [...isUnlocked(at).$or, { lockedBy }] };
    const lockedUntil = new Date(at.getTime() + lockMs);
    const result = await run((users, limit) =>
      users.updateOne({ ...account, ...free }, { $set: { lockedUntil, lockedBy } }, limit),
    );
    return result.matchedCount === 1;
  }

  async function lock(
    userId: string,
    version: number | null,
    { unconfirmed = false }: LockCondition = {},
  ): Promise<CredentialLock | null> {
    const id = randomBytes(16).toString('base64url');
    const account = {
      _id: userId,
      ...isSeated,
      ...(version === null ? {} : { credentialsVersion: version }),
      ...(unconfirmed ? { emailVerifiedAt: null } : {}),
    };
    for (let tries = 0; tries < 3; tries += 1) {
      if (await take(account, id)) return lockOf(userId, id);
      const found = await settled(userId);
      if (!found || (version !== null && found.version !== version)) return null;
      if (unconfirmed && found.user.emailVerified) return null;
      if (found.locked) break;
    }
    throw beingChanged();
  }

  function lockOf(userId: string, id: string): CredentialLock {
    const takenAt = now().getTime();

    async function change(to: NewCredentials): Promise<'changed' | 'gone' | 'taken'> {
      if (now().getTime() - takenAt > changeWithinMs) return 'gone';
      try {
        for (let tries = 0; tries < 3; tries += 1) {
          const { filter, update } = await commandFor(to);
          const result = await run((users, limit) =>
            users.updateOne({ _id: userId, lockedBy: id, ...filter }, update, limit),
          );
          if (result.matchedCount === 1) return 'changed';
          const projection = { changedBy: 1, lockedBy: 1 };
          const found = await run((users, limit) => users.findOne({ _id: userId }, { ...limit, projection }));
          // The answer of a first try was lost.
          if (found?.changedBy === id) return 'changed';
          // Else the address was confirmed since the look at it: look again.
          if (found?.lockedBy !== id || !('email' in filter)) return 'gone';
        }
        return 'gone';
      } catch (error) {
        if (duplicateKey(error)) return 'taken';
        throw error;
      }
    }

    async function remove(): Promise<boolean> {
      if (now().getTime() - takenAt > changeWithinMs) return false;
      const mine = { _id: userId, lockedBy: id };
      const { deletedCount } = await run((users, limit) => users.deleteOne(mine, limit));
      // Or else the answer of a first try was lost.
      return (
        deletedCount === 1 ||
        (await run((users, limit) => users.countDocuments({ _id: userId }, limit))) === 0
      );
    }

    /** The one command that makes the change, and the state that it is for. */
    async function commandFor(to: NewCredentials): Promise<ChangeCommand> {
      const { email, undoes, endsUndo = false } = to;
      const update = changeTo(to, id, now());
      if (undoes !== undefined) {
        const filter = { 'addressChanges.version': undoes };
        return { filter, update: { ...update, $pull: { addressChanges: { version: { $gte: undoes } } } } };
      }
      if (endsUndo)
        return { filter: {}, update: { ...update, $unset: { ...update.$unset, addressChanges: '' } } };
      if (email === undefined) return { filter: {}, update };
      const user = await run((users, limit) => users.findOne({ _id: userId, lockedBy: id }, limit));
      if (!user) return { filter: {}, update };
      const addressChanges = withChange(user, email, now());
      return {
        filter: { email: user.email, emailVerifiedAt: user.emailVerifiedAt },
        update: { ...update, $set: { ...update.$set, addressChanges } },
      };
    }

    const release = async () => {
      const update = { $unset: { lockedUntil: '', lockedBy: '' } } as const;
      await run((users, limit) => users.updateOne({ _id: userId, lockedBy: id }, update, limit));
    };
    return { change, remove, release };
  }

  async function settled(userId: string): Promise<CredentialsState | null> {
    for (let tries = 0; ; tries += 1) {
      const found = await state(userId);
      if (!found?.locked || tries === 10) return found;
      await delay(100);
    }
  }

  return { lock, settled };
}

/** Of a filter: no change of credentials is under way. */
export function isUnlocked(at: Date) {
  return { $or: [{ lockedUntil: { $exists: false } }, { lockedUntil: { $lte: at } }] };
}

/** The answer while a lock is in force whose change has died: 503 `unavailable`, until the lock is over. */
export function beingChanged(): Problem {
  return new Problem('unavailable', 'This account is being changed. Try again in a moment.', {
    headers: { 'Retry-After': String(lockMs / 1000) },
  });
}

interface ChangeCommand {
  filter: Filter<UserDocument>;
  update: UpdateFilter<UserDocument>;
}

/** The changes of address that can be undone once the address is another one. */
function withChange(user: UserDocument, newEmail: string, at: Date): AddressChange[] {
  const { email, emailVerifiedAt, credentialsVersion, addressChanges = [] } = user;
  const recent = addressChanges.filter((change) => at.getTime() - change.at.getTime() < undoMs);
  if (email === newEmail || emailVerifiedAt === null) return recent;
  return [...recent, { version: credentialsVersion + 1, email, at }];
}

function changeTo({ passwordHash, email }: NewCredentials, changedBy: string, at: Date) {
  return {
    $set: {
      changedBy,
      credentialsChangedAt: at,
      ...(passwordHash === undefined ? {} : { passwordHash }),
      ...(email === undefined ? {} : { email, emailKey: emailKey(email), emailVerifiedAt: at }),
    },
    $inc: { credentialsVersion: 1 },
    $unset: { lockedUntil: '', lockedBy: '' },
  } satisfies UpdateFilter<UserDocument>;
}
