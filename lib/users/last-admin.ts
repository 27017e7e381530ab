import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../base/problem.ts';
import type { Store } from '../store/contract.ts';
import { beingChanged } from './credential-lock.ts';
import { adminRole } from './roles.ts';
import { userProblems } from './user-problems.ts';

/** Of all changes that take an administrator away, one is made at a time: its mark. */
const turn = 'last-admin';
/** So long a change has the turn that has died, in milliseconds: longer than any request, and its commands, last. */
const turnMs = 60_000;
/** How often it is begun anew where the roles change meanwhile. */
const mostTries = 5;

export interface LastAdminOptions {
  store: Pick<Store, 'users' | 'repeats'>;
  now: () => Date;
}

/**
 * What takes a user's role away, or keeps the user out, or takes the user away.
 *
 * @param rolesRevision it must not be done to a user whose roles are of another revision.
 * @returns null where it was not done.
 */
export type Removal<T> = (rolesRevision: number) => Promise<T | null>;

/** Sees to it that an administrator stays. */
export interface LastAdmin {
  /**
   * Does what may take an administrator away; anew where the user's roles change meanwhile.
   *
   * @returns null where it was not done, or the user is gone.
   * @throws {Problem} 409 `last_admin` where the user is the last administrator who may sign in; then nothing is done.
   * 503 `unavailable` where another such change is under way, or has died just now. What the work throws.
   */
  orStays<T>(userId: string, work: Removal<T>): Promise<T | null>;
}

export function createLastAdmin({ store: { users, repeats }, now }: LastAdminOptions): LastAdmin {
  async function takeTurn(by: string): Promise<void> {
    for (let tries = 0; tries < 10; tries += 1) {
      const at = now();
      if (await repeats.begin(turn, by, new Date(at.getTime() + turnMs), at)) return;
      await delay(100);
    }
    throw new Problem('unavailable', 'Another administrator is being changed. Try again in a moment.', {
      headers: { 'Retry-After': '60' },
    });
  }

  async function requireAnother(userId: string): Promise<void> {
    const query = { key: 'emailKey', prefix: '', role: adminRole, disabled: false, most: 2 } as const;
    const admins = await users.list(query);
    if (!admins.some(({ id }) => id !== userId))
      throw new Problem(userProblems.last_admin, 'Give the role admin to somebody else first.');
  }

  /** With the turn nobody else who has the role loses it, or is kept out, or leaves. */
  async function inTurn<T>(userId: string, work: Removal<T>): Promise<T | null> {
    const by = randomBytes(16).toString('base64url');
    await takeTurn(by);
    const endTurn = () => repeats.erase(by).catch(() => undefined);
    try {
      const user = await users.find(userId);
      if (user?.roles.includes(adminRole) && user.disabledAt === null) await requireAnother(userId);
      const done = user && (await work(user.rolesRevision));
      await endTurn();
      return done;
    } catch (error) {
      // After an outage a command of it may still arrive: until then nobody else has the turn.
      if (error instanceof Problem && error.status < 500) await endTurn();
      throw error;
    }
  }

  return {
    orStays: async (userId, work) => {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const user = await users.find(userId);
        if (!user) return null;
        // One who is kept out too: somebody may be about to let them in again.
        const isAdmin = user.roles.includes(adminRole);
        const done = await (isAdmin ? inTurn(user.id, work) : work(user.rolesRevision));
        if (done !== null) return done;
        const after = await users.find(userId);
        if (after?.rolesRevision === user.rolesRevision) return null;
      }
      throw beingChanged();
    },
  };
}
