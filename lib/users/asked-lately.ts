import { createHash, randomBytes } from 'node:crypto';
import { networkAddress } from '../limits/network-address.ts';
import type { Mongo } from '../mongo/client.ts';
import { duplicateKey } from '../mongo/errors.ts';
import { repeatMs } from './spend-token.ts';

/** What was asked for within the last minute, and by whom, over all instances. */
export interface AskedLately {
  /**
   * Notes that something is asked for; of many at once, one is the first.
   *
   * @param about whom or what it is asked.
   * @returns null where the same was asked within a minute from the same network address.
   */
  mark(what: 'forgot', about: string, ip: string | undefined): Promise<Mark | null>;
}

/** The note that something was asked for. */
export interface Mark {
  /** Takes it back, where nothing came of what was asked. */
  remove(): Promise<void>;
}

interface MarkDocument {
  /** Hash of what, about whom and from where: nothing that somebody typed stands in the database. */
  _id: string;
  /** Tells one request from another, so that a repeat of the command knows its own mark. */
  by: string;
  /** The TTL index sweeps by it. */
  expiresAt: Date;
}

export const repeatsCollection = 'repeats';

export function createAskedLately({ mongo, now }: { mongo: Mongo; now: () => Date }): AskedLately {
  return {
    mark: async (what, about, ip) => {
      const _id = idOf(what, about, networkAddress(ip));
      const by = randomBytes(16).toString('base64url');
      const at = now();
      const free = { _id, $or: [{ expiresAt: { $lte: at } }, { by }] };
      const update = { $set: { by, expiresAt: new Date(at.getTime() + repeatMs) } };
      try {
        await mongo.run((db, limit) =>
          db.collection<MarkDocument>(repeatsCollection).updateOne(free, update, { ...limit, upsert: true }),
        );
      } catch (error) {
        // There is one, and it is neither over nor ours.
        if (duplicateKey(error)) return null;
        throw error;
      }
      const remove = () =>
        mongo.run(async (db, limit) => {
          await db.collection<MarkDocument>(repeatsCollection).deleteOne({ _id, by }, limit);
        });
      return { remove };
    },
  };
}

function idOf(...parts: string[]): string {
  return createHash('sha256')
    .update(['session-auth repeat', ...parts].join('\0'))
    .digest('base64url');
}
