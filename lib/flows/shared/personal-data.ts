import type { Activity } from '../../activity/activity.ts';
import type { Limits } from '../../limits/limits.ts';
import type { Outbox } from '../../mail/outbox.ts';
import type { Devices } from '../../sessions/devices.ts';
import type { Kind } from '../../store/contract.ts';
import type { OneTimeTokens } from '../../tokens/one-time-tokens.ts';
import type { Repeats } from '../../tokens/repeats.ts';
import type { WaitingSignUps } from '../../tokens/waiting-sign-ups.ts';
import { beingChanged, type CredentialLocks } from '../../users/credential-lock.ts';
import { emailKey } from '../../users/email.ts';
import type { LastAdmin } from '../../users/last-admin.ts';
import type { Users } from '../../users/repository.ts';
import type { FactorsView, SecondFactors } from '../../users/second-factors.ts';
import type { User } from '../../users/user.ts';
import { userView } from './user-view.ts';

/** What reaches the records that hold something of people. */
interface PersonalRecords {
  devices: Devices;
  tokens: OneTimeTokens;
  waitingSignUps: WaitingSignUps;
  repeats: Repeats;
  activity: Activity;
  outbox: Outbox;
  limits: Limits;
}

/** What one kind of record holds of a user, beside the users themselves. */
export interface PersonalDataPart {
  readonly kind: Kind;
  /** Its name in the export, and what stands there; without one there is nothing that says whom it is about. */
  readonly export?: {
    readonly name: string;
    readonly read: (user: User, records: PersonalRecords) => Promise<unknown>;
  };
  /** Takes the user out of it; safe to repeat. */
  readonly erase?: (user: User, records: PersonalRecords) => Promise<void>;
}

/** All that is stored about a user, over every kind of record. */
export interface PersonalData {
  /** The kinds of record that leaving and export know; a test holds that there is no other. */
  readonly kinds: readonly Kind[];
  /** Everything as JSON-ready values, by what it is; no secret. */
  export(user: User): Promise<Record<string, unknown>>;
  /**
   * Takes everything out, the user itself last: where it stops half way, nobody is signed in, and it can be repeated.
   *
   * @returns false where it is not allowed any more, and nothing was done.
   * @throws {Problem} 409 `last_admin` where it is the last administrator.
   * @throws {Problem} 503 `unavailable` where another change is under way, or took over because this took too long.
   */
  erase(user: User, allowed: Erasure): Promise<boolean>;
}

/**
 * What allows to erase a user, to the end: the credentials that were shown, that nobody has confirmed the address, or an
 * administrator.
 */
export type Erasure = { credentialsVersion: number } | { unconfirmed: true } | { byAdministrator: true };

export interface PersonalDataOptions extends PersonalRecords {
  users: Users;
  secondFactors: Pick<SecondFactors, 'view'>;
  locks: CredentialLocks;
  lastAdmin: LastAdmin;
  now: () => Date;
  /** One for each kind of record, as the flows list them. */
  parts: readonly PersonalDataPart[];
}

export function createPersonalData(options: PersonalDataOptions): PersonalData {
  const { users, secondFactors, locks, lastAdmin, now, parts } = options;

  async function eraseParts(user: User): Promise<void> {
    await Promise.all(parts.map((part) => part.erase?.(user, options)));
  }

  async function erase(user: User, allowed: Erasure, rolesRevision: number): Promise<true | null> {
    const version = 'credentialsVersion' in allowed ? allowed.credentialsVersion : null;
    const unconfirmed = 'unconfirmed' in allowed;
    const lock = await locks.lock(user.id, version, { unconfirmed, rolesRevision });
    if (!lock) return null;
    await options.devices.endAll(user.id);
    await eraseParts(user);
    if (!(await lock.remove())) throw beingChanged();
    // What requests under way have written meanwhile; whoever writes later takes it out, as it finds no user.
    await eraseParts(user);
    return true;
  }

  return {
    kinds: ['users', ...parts.map(({ kind }) => kind)],
    export: async (user) => {
      const entries = await Promise.all(
        parts.map(async (part) =>
          part.export ? [[part.export.name, await part.export.read(user, options)]] : [],
        ),
      );
      const stored = await users.exportById(user.id);
      const factors = await secondFactors.view(user.id);
      const hasFactors = factors !== null && hasAny(factors);
      return {
        exportedAt: now(),
        user: { ...userView(user), ...stored },
        ...(hasFactors && { factors }),
        ...Object.fromEntries(entries.flat()),
      };
    },
    erase: async (user, allowed) => {
      const work = (rolesRevision: number) => erase(user, allowed, rolesRevision);
      return (await lastAdmin.orStays(user.id, work)) ?? false;
    },
  };
}

function hasAny({ totp, passkeys, providers }: FactorsView): boolean {
  return totp !== null || passkeys.length > 0 || providers.length > 0;
}

/** What is stored of people by more than one flow. */
export const sharedPersonalData: readonly PersonalDataPart[] = [
  {
    kind: 'tokens',
    export: { name: 'pendingLinks', read: ({ id }, { tokens }) => tokens.list(id) },
    erase: ({ id }, { tokens }) => tokens.erase(id),
  },
  { kind: 'repeats', erase: ({ id }, { repeats }) => repeats.erase(id) },
  {
    kind: 'counters',
    // Counters by hashes: they can be found for an address, and say nothing of whose they are.
    erase: ({ id, email }, { limits }) => limits.forget({ userId: id, emailKey: emailKey(email) }),
  },
  { kind: 'mailJobs' },
];
