import type { Collection } from 'mongodb';
import type { Config } from '../base/config.ts';
import type { Limit, Mongo } from '../store/mongo/client.ts';
import { fromStoredFields } from '../store/mongo/session-fields.ts';
import type { User } from '../users/user.ts';
import { expiryOf, isLive, type Limits, type SessionDocument } from './document.ts';

/** Most live sessions of one user; the one unused longest ends at the next sign-in (OWASP ASVS 7.1.2). */
export const sessionsPerUser = 50;

/** With those that are over and have not been swept yet. */
const exportedAtMost = 2 * sessionsPerUser;

/** A live session of a user, as its owner sees it among the others. */
export interface Device {
  /** No credential. */
  readonly id: string;
  readonly createdAt: Date;
  /** To within `SESSION_TOUCH_SECONDS`, as are address and User-Agent. */
  readonly lastSeenAt: Date;
  /** When it is over if it is not used again. */
  readonly expiresAt: Date;
  readonly ip: string | null;
  /** As sent. */
  readonly userAgent: string | null;
}

/** A user's sessions over all devices. One that is ended fails at its next request, on every instance. */
export interface Devices {
  /** The live ones, newest use first. */
  list(userId: string): Promise<Device[]>;
  /** @returns false where the user has no such session. */
  end(userId: string, id: string): Promise<boolean>;
  endOthers(userId: string, currentId: string): Promise<void>;
  endAll(userId: string): Promise<void>;
  /** Ends what is over {@link sessionsPerUser}, never the current one; one command where nothing is. */
  endExcess(userId: string, currentId: string): Promise<void>;
  /**
   * Makes a change of a user known to its sessions: before it no instance answers any more by what it remembers of
   * the user, after it they are told of the new one. Where it dies half way, the user is read at each request.
   *
   * @param change gives the user as it is then, or null where nothing was changed.
   */
  changingUser(userId: string, change: () => Promise<User | null>): Promise<User | null>;
  /** Tells the user's sessions of a change that was made, unless they know of a later one. */
  showUser(user: User): Promise<void>;
  /** All that is stored of a user's sessions but what the cookie needs, the application's data included. */
  export(userId: string): Promise<unknown[]>;
}

export interface DevicesOptions {
  config: Limits & Pick<Config, 'sessionCollection'>;
  mongo: Mongo;
  now: () => Date;
}

export function createDevices({ config, mongo, now }: DevicesOptions): Devices {
  const run = <T>(
    operation: (sessions: Collection<SessionDocument>, limit: Limit) => Promise<T>,
  ): Promise<T> => mongo.run((db, limit) => operation(db.collection(config.sessionCollection), limit));
  const newestFirst = { lastSeenAt: -1 } as const;

  async function showUser({ id, emailVerified, revision }: User): Promise<void> {
    const isOlder = [
      { 'signedIn.userRevision': { $exists: false } },
      { 'signedIn.userRevision': { $lt: revision } },
    ];
    const update = {
      $set: { 'signedIn.userRevision': revision, 'signedIn.emailVerified': emailVerified },
    };
    await run((sessions, limit) => sessions.updateMany({ userId: id, $or: isOlder }, update, limit));
  }

  return {
    list: async (userId) => {
      const projection = {
        createdAt: 1,
        lastSeenAt: 1,
        remember: 1,
        'signedIn.ip': 1,
        'signedIn.userAgent': 1,
      };
      const found = await run((sessions, limit) =>
        sessions
          .find({ userId }, { ...limit, projection })
          .sort(newestFirst)
          .toArray(),
      );
      const at = now();
      return found
        .filter((session) => isLive(session, config, at))
        .map((session) => toDevice(session, config));
    },
    end: async (userId, id) => {
      let tries = 0;
      const { deletedCount } = await run((sessions, limit) => {
        tries += 1;
        return sessions.deleteOne({ _id: id, userId }, limit);
      });
      // A repeat after a lost answer no longer finds what the first try ended.
      return deletedCount === 1 || tries > 1;
    },
    endOthers: async (userId, currentId) => {
      await run((sessions, limit) => sessions.deleteMany({ userId, _id: { $ne: currentId } }, limit));
    },
    endAll: async (userId) => {
      await run((sessions, limit) => sessions.deleteMany({ userId }, limit));
    },
    endExcess: async (userId, currentId) => {
      const others = { userId, _id: { $ne: currentId }, expires: { $gt: now() } };
      const excess = await run((sessions, limit) =>
        sessions
          .find(others, { ...limit, projection: { _id: 1 } })
          .sort(newestFirst)
          .skip(sessionsPerUser - 1)
          .toArray(),
      );
      if (excess.length === 0) return;
      const ids = excess.map(({ _id }) => _id);
      await run((sessions, limit) => sessions.deleteMany({ _id: { $in: ids } }, limit));
    },
    changingUser: async (userId, change) => {
      const forget = { $unset: { 'signedIn.userRevision': '' } } as const;
      await run((sessions, limit) => sessions.updateMany({ userId }, forget, limit));
      const user = await change();
      if (user) await showUser(user);
      return user;
    },
    showUser,
    export: async (userId) => {
      const found = await run((sessions, limit) =>
        sessions.find({ userId }, limit).sort(newestFirst).limit(exportedAtMost).toArray(),
      );
      return found.map(({ _id, session, ...rest }) => ({
        id: _id,
        ...rest,
        data: fromStoredFields(session),
      }));
    },
  };
}

function toDevice(session: SessionDocument, limits: Limits): Device {
  const { _id, createdAt, lastSeenAt, signedIn } = session;
  const { ip = null, userAgent = null } = signedIn ?? {};
  return { id: _id, createdAt, lastSeenAt, expiresAt: expiryOf(session, limits), ip, userAgent };
}
