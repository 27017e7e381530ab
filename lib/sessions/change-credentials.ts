import type {
  CredentialLock,
  CredentialLocks,
  LockOutcome,
  NewCredentials,
} from '../users/credential-lock.ts';
import type { Devices } from './devices.ts';

export interface ChangeCredentialsOptions {
  locks: CredentialLocks;
  devices: Devices;
}

/** The session that takes the place of the one whose request changes credentials. */
export interface Successor {
  /** As the database calls it. */
  readonly id: string;
  /** Once the change is made. */
  keep(): void;
  /** Where it is not made: the one before has ended all the same. */
  drop(): Promise<void>;
}

/**
 * Does what has to be done while nobody else changes them and no session has ended yet. A session that has ended
 * meanwhile throws here, and then nothing is changed.
 */
export type Succession = () => Promise<Successor>;

/**
 * Changes a user's credentials and ends every session, without a transaction and safe wherever it stops.
 *
 * First nobody can sign in any more, then every session ends, then one command makes the change and opens the lock.
 * A sign-in under way has either stored its session by then, which ends, or finds lock or change after storing it.
 * Where this dies half way, the old credentials hold and nobody is signed in: the id of a session that was made for this
 * request has not left. The lock is over after 15 seconds.
 *
 * @param version of the credentials that the change was allowed by; null where what allows it is in `to`.
 * @param succeed makes the one session that stays; without it none does.
 * @returns `gone` where that is not in force any more.
 */
export async function changeCredentials(
  { locks, devices }: ChangeCredentialsOptions,
  userId: string,
  version: number | null,
  to: NewCredentials,
  succeed?: Succession,
): Promise<LockOutcome> {
  const lock = await locks.lock(userId, version);
  return lock ? changeUnder(lock, to, succeed, (kept) => devices.endOthers(userId, kept)) : 'gone';
}

/**
 * Changes a user's credentials and leaves the other sessions as they are: for what is added to them. A sign-in that
 * began before does not outlive it.
 */
export async function addCredentials(
  { locks }: Pick<ChangeCredentialsOptions, 'locks'>,
  userId: string,
  version: number,
  to: NewCredentials,
  succeed?: Succession,
): Promise<LockOutcome> {
  const lock = await locks.lock(userId, version);
  return lock ? changeUnder(lock, to, succeed) : 'gone';
}

/**
 * Keeps a user out, whose roles are of this revision, as {@link changeCredentials} changes credentials.
 *
 * @returns `gone` also where the user has other roles by now.
 */
export async function disableUser(
  { locks, devices }: ChangeCredentialsOptions,
  userId: string,
  rolesRevision: number,
): Promise<LockOutcome> {
  const lock = await locks.lock(userId, null, { rolesRevision });
  const endOthers = (kept?: string) => devices.endOthers(userId, kept);
  return lock ? changeUnder(lock, { disables: true }, undefined, endOthers) : 'gone';
}

/** Opens the lock again where the change was not made, so that its owner need not wait for its end. */
async function changeUnder(
  lock: CredentialLock,
  to: NewCredentials,
  succeed: Succession | undefined,
  endOthers: (kept?: string) => Promise<void> = async () => undefined,
): Promise<LockOutcome> {
  let successor: Successor | undefined;
  try {
    successor = await succeed?.();
    await endOthers(successor?.id);
    const outcome = await lock.change(to);
    if (outcome === 'changed') successor?.keep();
    else await Promise.all([lock.release(), successor?.drop()]);
    return outcome;
  } catch (error) {
    await Promise.allSettled([lock.release(), successor?.drop()]);
    throw error;
  }
}
