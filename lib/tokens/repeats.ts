import { createHash } from 'node:crypto';
import type { Collection } from 'mongodb';
import { networkAddress } from '../base/network-address.ts';
import type { Limit, Mongo } from '../store/mongo/client.ts';
import { duplicateKey } from '../store/mongo/errors.ts';

/** Who asks twice within this gets the first answer again: a double click, a repeat after a lost answer. */
export const repeatMs = 60_000;

/** What may be asked for twice. */
export type Repeatable = 'sign_up' | 'closed_sign_up' | 'change_password' | 'forgot_password';

/** A caller's network address as Express gives it; undefined where the event has none. */
type Ip = string | undefined;

interface RepeatDocument {
  /** SHA-256 of what was done, by or for whom, and from which network: no address stands in it. */
  _id: string;
  /** Whom or what it was about: an id, never a secret. */
  subject: string;
  expiresAt: Date;
}

export const repeatsCollection = 'repeats';

/** What has begun lasts no longer; where it died, it may be begun again after that. */
const begunMs = 5_000;

/**
 * What was done within the last minute, from where: so that who asks twice is answered as the first time.
 *
 * None of it gives any power: whoever finds a mark still has to be shown the password.
 */
export interface Repeats {
  /** Notes what is about to be done, for a minute. */
  note(what: Repeatable, who: string, ip: Ip, subject: string): Promise<void>;
  /** The subject of what was noted within the last minute from the same network, or null. */
  recent(what: Repeatable, who: string, ip: Ip): Promise<string | null>;
  /**
   * Notes it for five seconds, unless somebody else has: of many at once one gets it. Say with `note` that it is done.
   *
   * @returns the subject of whoever came first; `subject` where nobody did.
   */
  begin(what: Repeatable, who: string, ip: Ip, subject: string): Promise<string>;
  /** Takes out what is noted about a subject. */
  erase(subject: string): Promise<void>;
}

export function createRepeats({ mongo, now }: { mongo: Mongo; now: () => Date }): Repeats {
  const run = <T>(operation: (repeats: Collection<RepeatDocument>, limit: Limit) => Promise<T>): Promise<T> =>
    mongo.run((db, limit) => operation(db.collection<RepeatDocument>(repeatsCollection), limit));
  const later = (milliseconds: number) => new Date(now().getTime() + milliseconds);

  async function put(_id: string, subject: string, expiresAt: Date, unless = {}): Promise<void> {
    await run((repeats, limit) =>
      repeats.updateOne({ _id, ...unless }, { $set: { subject, expiresAt } }, { ...limit, upsert: true }),
    );
  }

  async function find(_id: string): Promise<string | null> {
    const live = { _id, expiresAt: { $gt: now() } };
    return (await run((repeats, limit) => repeats.findOne(live, limit)))?.subject ?? null;
  }

  return {
    note: (what, who, ip, subject) => put(idOf(what, who, ip), subject, later(repeatMs)),
    recent: (what, who, ip) => find(idOf(what, who, ip)),
    begin: async (what, who, ip, subject) => {
      const _id = idOf(what, who, ip);
      try {
        // Also its own, which a first try may have left whose answer was lost.
        await put(_id, subject, later(begunMs), { $or: [{ expiresAt: { $lte: now() } }, { subject }] });
        return subject;
      } catch (error) {
        if (!duplicateKey(error)) throw error;
        return (await find(_id)) ?? subject;
      }
    },
    erase: async (subject) => {
      await run((repeats, limit) => repeats.deleteMany({ subject }, limit));
    },
  };
}

function idOf(what: Repeatable, who: string, ip: Ip): string {
  const about = ['session-auth repeat', what, who, networkAddress(ip)].join('\0');
  return createHash('sha256').update(about).digest('base64url');
}
