import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../base/problem.ts';
import type { UserRecords } from '../store/contract.ts';
import type {
  ChangeOutcome,
  CredentialsChange,
  Factors,
  FactorsChange,
  UserRecord,
} from '../store/records.ts';
import { afterChange } from './address-changes.ts';
import { emailKey } from './email.ts';
import { factorsOf, following } from './factors.ts';
import { type CredentialsState, toUser } from './user.ts';

/** While nobody signs in: longer than any request lasts, and soon over where one has died. In milliseconds. */
const lockMs = 15_000;
/** A change that has taken longer is not made any more: what it relies on may have ended with the lock. */
const changeWithinMs = 10_000;

/** What a change of credentials sets. */
export interface NewCredentials {
  /** Null takes the password away. */
  passwordHash?: string | null;
  /**
   * What the user can show beside it, made of what there is then; null where that does not allow the change, and what
   * there is where it shall stay.
   */
  factors?: (now: Factors) => Partial<Factors> | null;
  /** Keeps the user out from now on. */
  disables?: true;
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

export type LockOutcome = Exclude<ChangeOutcome, 'stale'>;

/** A change of credentials under way. */
export interface CredentialLock {
  /**
   * Makes the change and opens the lock, in one command.
   *
   * @returns `gone` where lock or user are gone, or there is nothing to undo any more; `taken` where another user has
   * the e-mail address.
   */
  change(to: NewCredentials): Promise<LockOutcome>;
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
  /** The roles are those of this revision; they do not change while the lock is in force. */
  rolesRevision?: number | undefined;
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

export interface CredentialLocksOptions {
  records: UserRecords;
  now: () => Date;
  /** So long a change of address can be undone, in milliseconds. */
  undoMs: number;
}

export function createCredentialLocks({ records, now, undoMs }: CredentialLocksOptions): CredentialLocks {
  async function state(userId: string): Promise<CredentialsState | null> {
    const found = await records.find(userId);
    return (
      found && {
        version: found.credentialsVersion,
        user: toUser(found),
        rolesRevision: found.rolesRevision,
        locked: found.lockedUntil !== null && found.lockedUntil > now(),
      }
    );
  }

  async function lock(
    userId: string,
    version: number | null,
    { unconfirmed = false, rolesRevision }: LockCondition = {},
  ): Promise<CredentialLock | null> {
    const by = randomBytes(16).toString('base64url');
    const expected = { credentialsVersion: version ?? undefined, unconfirmed, rolesRevision };
    for (let tries = 0; tries < 3; tries += 1) {
      const at = now();
      const until = new Date(at.getTime() + lockMs);
      if (await records.takeLock(userId, expected, { by, at, until })) return lockOf(userId, by);
      const found = await settled(userId);
      if (!found || (version !== null && found.version !== version)) return null;
      if (unconfirmed && found.user.emailVerified) return null;
      if (rolesRevision !== undefined && found.rolesRevision !== rolesRevision) return null;
      if (found.locked) break;
    }
    throw beingChanged();
  }

  function lockOf(userId: string, by: string): CredentialLock {
    const takenAt = now().getTime();
    const isInTime = () => now().getTime() - takenAt <= changeWithinMs;

    async function change(to: NewCredentials): Promise<LockOutcome> {
      if (!isInTime()) return 'gone';
      for (let tries = 0; tries < 3; tries += 1) {
        const due = await changeTo(userId, to);
        if (!due) return 'gone';
        const outcome = await records.changeUnderLock(userId, by, due);
        // Stale: the address was confirmed, or a factor used, since the look at it.
        if (outcome !== 'stale') return outcome;
      }
      return 'gone';
    }

    return {
      change,
      remove: async () => isInTime() && records.removeUnderLock(userId, by),
      release: () => records.releaseLock(userId, by),
    };
  }

  /** The one change that is made, and the state that it is for; null where that does not allow it. */
  async function changeTo(userId: string, to: NewCredentials): Promise<CredentialsChange | null> {
    const { passwordHash: password, email, disables, undoes, endsUndo = false } = to;
    const at = now();
    const address = email === undefined ? undefined : { email, emailKey: emailKey(email) };
    const needsUser = to.factors !== undefined || (email !== undefined && undoes === undefined && !endsUndo);
    const user = needsUser ? await records.find(userId) : null;
    const factors = to.factors && user ? factorsChange(user, to.factors) : undefined;
    if (factors === null) return null;
    const change = { at, password, email: address, factors, disables };
    if (undoes !== undefined) return { ...change, undoes };
    if (endsUndo) return { ...change, addressChanges: [] };
    if (!user || email === undefined) return change;
    const expected = { email: user.email, emailVerifiedAt: user.emailVerifiedAt };
    return { ...change, addressChanges: afterChange(user, email, at, undoMs), expected };
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

function factorsChange(
  user: UserRecord,
  decide: NonNullable<NewCredentials['factors']>,
): FactorsChange | null | undefined {
  const now = factorsOf(user.credentials);
  const to = decide(now);
  if (to === now) return undefined;
  return to && { from: now.revision, to: following(now, to) };
}

/** The answer while a lock is in force whose change has died: 503 `unavailable`, until the lock is over. */
export function beingChanged(): Problem {
  return new Problem('unavailable', 'This account is being changed. Try again in a moment.', {
    headers: { 'Retry-After': String(lockMs / 1000) },
  });
}
