import type { CredentialLock, CredentialLocks, NewCredentials } from '../users/credential-lock.ts';
import type { Devices } from './devices.ts';

export interface ChangeCredentialsOptions {
  locks: CredentialLocks;
  devices: Devices;
}

/**
 * Changes a user's credentials and ends every session, without a transaction and safe wherever it stops.
 *
 * First nobody can sign in any more, then every session ends, then one command makes the change and opens the lock.
 * A sign-in under way has either stored its session by then, which ends, or finds lock or change after storing it.
 * Where this dies half way, the old credentials hold and nobody is signed in; the lock is over after 15 seconds.
 *
 * @param version of the credentials that the change was allowed by; null where what allows it is in `to`.
 * @param beforeEnding is waited for while nobody else changes them and no session has ended yet.
 * @returns `gone` where that is not in force any more.
 */
export async function changeCredentials(
  { locks, devices }: ChangeCredentialsOptions,
  userId: string,
  version: number | null,
  to: NewCredentials,
  beforeEnding: () => Promise<void> = async () => undefined,
): Promise<'changed' | 'gone' | 'taken'> {
  const lock = await locks.lock(userId, version);
  if (!lock) return 'gone';
  return unlockedIfNot(lock, async () => {
    await beforeEnding();
    await devices.endAll(userId);
    return lock.change(to);
  });
}

/**
 * Changes a user's credentials and leaves the sessions as they are: for what is added to them. A sign-in that began
 * before does not outlive it.
 */
export async function addCredentials(
  { locks }: Pick<ChangeCredentialsOptions, 'locks'>,
  userId: string,
  version: number,
  to: NewCredentials,
): Promise<'changed' | 'gone' | 'taken'> {
  const lock = await locks.lock(userId, version);
  return lock ? unlockedIfNot(lock, () => lock.change(to)) : 'gone';
}

/** Opens the lock again where the change was not made, so that its owner need not wait for its end. */
async function unlockedIfNot<T>(lock: CredentialLock, change: () => Promise<T | 'changed'>) {
  try {
    const outcome = await change();
    if (outcome !== 'changed') await lock.release();
    return outcome;
  } catch (error) {
    await lock.release().catch(() => undefined);
    throw error;
  }
}
