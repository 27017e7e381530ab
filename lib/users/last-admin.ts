import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../base/problem.ts';
import type { Store } from '../store/contract.ts';
import type { UserProfile } from '../store/records.ts';
import { adminRole } from './roles.ts';
import { userProblems } from './user-problems.ts';

/** Of all changes that take an administrator away, one is made at a time: its mark. */
const turn = 'last-admin';
/** So long a change has the turn that has died, in milliseconds: longer than any request, and its commands, last. */
const turnMs = 60_000;

export interface LastAdminOptions {
  store: Pick<Store, 'users' | 'repeats'>;
  now: () => Date;
}

/** Sees to it that an administrator stays. */
export interface LastAdmin {
  /**
   * Does what takes a user's role away, or keeps the user out, or takes the user away.
   *
   * @throws {Problem} 409 `last_admin` where the user is the last administrator who may sign in; then nothing is done.
   * 503 `unavailable` where another such change is under way, or has died just now. What the work throws.
   */
  orStays<T>(userId: string, work: () => Promise<T>): Promise<T>;
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

  return {
    orStays: async (userId, work) => {
      if (!isAdmin(await users.find(userId))) return work();
      const by = randomBytes(16).toString('base64url');
      await takeTurn(by);
      const endTurn = () => repeats.erase(by).catch(() => undefined);
      try {
        await requireAnother(userId);
        const done = await work();
        await endTurn();
        return done;
      } catch (error) {
        // After an outage a command of it may still arrive: until then nobody else has the turn.
        if (error instanceof Problem && error.status < 500) await endTurn();
        throw error;
      }
    },
  };
}

/** True for an administrator who may sign in. */
function isAdmin(user: Pick<UserProfile, 'roles' | 'disabledAt'> | null): boolean {
  return user?.disabledAt === null && user.roles.includes(adminRole);
}
