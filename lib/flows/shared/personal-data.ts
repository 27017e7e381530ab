import { type Activity, eventsCollection } from '../../activity/activity.ts';
import type { Config } from '../../base/config.ts';
import { limitsCollection } from '../../limits/counters.ts';
import type { Limits } from '../../limits/limits.ts';
import { type Outbox, outboxCollection } from '../../mail/outbox.ts';
import { sentJobsCollection } from '../../mail/sent-jobs.ts';
import type { Devices } from '../../sessions/devices.ts';
import { type OneTimeTokens, tokensCollection } from '../../tokens/one-time-tokens.ts';
import { type Repeats, repeatsCollection } from '../../tokens/repeats.ts';
import { type WaitingSignUps, waitingSignUpsCollection } from '../../tokens/waiting-sign-ups.ts';
import { beingChanged, type CredentialLocks } from '../../users/credential-lock.ts';
import { usersCollection } from '../../users/document.ts';
import { emailKey } from '../../users/email.ts';
import type { Users } from '../../users/repository.ts';
import type { User } from '../../users/user.ts';
import { userView } from './user-view.ts';

/** What one collection holds of a user. */
interface Part {
  collection: string;
  /** Its name in the export, and what stands there; without one there is nothing that says whom it is about. */
  export?: { name: string; read: (user: User) => Promise<unknown> };
  /** Takes the user out of it; safe to repeat. */
  erase?: (user: User) => Promise<void>;
}

/** All that is stored about a user, over every collection. */
export interface PersonalData {
  /** The collections that leaving and export know; a test holds that there is no other. */
  readonly collections: readonly string[];
  /** Everything as JSON-ready values, by what it is; no secret. */
  export(user: User): Promise<Record<string, unknown>>;
  /**
   * Takes everything out, the user itself last: where it stops half way, nobody is signed in, and it can be repeated.
   *
   * @returns false where it is not allowed any more, and nothing was done.
   * @throws {Problem} 503 `unavailable` where another change is under way, or took over because this took too long.
   */
  erase(user: User, allowed: Erasure): Promise<boolean>;
}

/** What allows to erase a user, to the end: the credentials that were shown, or that nobody has confirmed the address. */
export type Erasure = { credentialsVersion: number } | { unconfirmed: true };

export interface PersonalDataOptions {
  config: Pick<Config, 'sessionCollection'>;
  users: Users;
  locks: CredentialLocks;
  devices: Devices;
  tokens: OneTimeTokens;
  waitingSignUps: WaitingSignUps;
  repeats: Repeats;
  activity: Activity;
  outbox: Outbox;
  limits: Limits;
  now: () => Date;
}

export function createPersonalData(options: PersonalDataOptions): PersonalData {
  const { users, locks, now } = options;
  const parts = partsOf(options);

  async function eraseParts(user: User): Promise<void> {
    await Promise.all(parts.map((part) => part.erase?.(user)));
  }

  return {
    collections: [usersCollection, ...parts.map(({ collection }) => collection)],
    export: async (user) => {
      const entries = await Promise.all(
        parts.map(async (part) => (part.export ? [[part.export.name, await part.export.read(user)]] : [])),
      );
      const stored = await users.exportById(user.id);
      return {
        exportedAt: now(),
        user: { ...userView(user), ...stored },
        ...Object.fromEntries(entries.flat()),
      };
    },
    erase: async (user, allowed) => {
      const version = 'credentialsVersion' in allowed ? allowed.credentialsVersion : null;
      const lock = await locks.lock(user.id, version, { unconfirmed: 'unconfirmed' in allowed });
      if (!lock) return false;
      await options.devices.endAll(user.id);
      await eraseParts(user);
      if (!(await lock.remove())) throw beingChanged();
      // What requests under way have written meanwhile; whoever writes later takes it out, as it finds no user.
      await eraseParts(user);
      return true;
    },
  };
}

/** One entry for each collection beside the users themselves. */
function partsOf(options: PersonalDataOptions): Part[] {
  const { config, devices, tokens, waitingSignUps, repeats, activity, outbox, limits } = options;
  return [
    {
      collection: config.sessionCollection,
      export: { name: 'sessions', read: ({ id }) => devices.export(id) },
      erase: ({ id }) => devices.endAll(id),
    },
    {
      collection: tokensCollection,
      export: { name: 'pendingLinks', read: ({ id }) => tokens.list(id) },
      erase: ({ id }) => tokens.erase(id),
    },
    {
      collection: waitingSignUpsCollection,
      // Whoever made them has only typed the address: they are no data of its owner, but name it.
      erase: ({ email }) => waitingSignUps.endAll(email),
    },
    { collection: repeatsCollection, erase: ({ id }) => repeats.erase(id) },
    {
      collection: eventsCollection,
      export: { name: 'activity', read: ({ id }) => activity.export(id) },
      erase: ({ id }) => activity.erase(id),
    },
    {
      collection: outboxCollection,
      export: { name: 'mails', read: ({ id, email }) => outbox.listAbout(id, email) },
      erase: async ({ id, email }) => {
        await outbox.erase(id);
        await outbox.eraseTo(email);
      },
    },
    {
      collection: limitsCollection,
      // Counters by hashes: they can be found for an address, and say nothing of whose they are.
      erase: ({ id, email }) => limits.forget({ userId: id, emailKey: emailKey(email) }),
    },
    { collection: sentJobsCollection },
  ];
}
