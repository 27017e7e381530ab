import type { SessionRecords } from '../store/contract.ts';
import type { SessionRecord } from '../store/records.ts';
import { expiryOf, isLive, type SessionLimits } from './lifetime.ts';

/** Most live sessions of one user; the one unused longest ends at the next sign-in (OWASP ASVS 7.1.2). */
export const sessionsPerUser = 50;

/** With those that are over and have not been swept yet. */
const exportedAtMost = 2 * sessionsPerUser;

/** More than there ever are, swept or not. */
const listedAtMost = 20 * sessionsPerUser;

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
  /** Whether the user has this session still. */
  has(userId: string, id: string): Promise<boolean>;
  /** A session that the user has still, and is signed in by; else null. */
  find(userId: string, id: string): Promise<SessionRecord | null>;
  /** @returns false where the user has no such session. */
  end(userId: string, id: string): Promise<boolean>;
  /** All of them where none is named. */
  endOthers(userId: string, currentId?: string): Promise<void>;
  /** @returns how many there were. */
  endAll(userId: string): Promise<number>;
  /** Ends those that were signed in by a method, and those that wait for a second factor after it. @returns whose they were, if any. */
  endByMethod(userId: string, method: string): Promise<string[]>;
  /** Ends all that came by a session with a provider, and what waits so. @returns whose they were, each once. */
  endByProviderSession(providerSession: string): Promise<string[]>;
  /** Ends what is over {@link sessionsPerUser}, never the current one; one command where nothing is. */
  endExcess(userId: string, currentId: string): Promise<void>;
  /** All that is stored of a user's sessions but what the cookie needs, the application's data included. */
  export(userId: string): Promise<unknown[]>;
}

export interface DevicesOptions {
  config: SessionLimits;
  records: SessionRecords;
  now: () => Date;
}

export function createDevices({ config, records, now }: DevicesOptions): Devices {
  /**
   * Ends what is found, until a look finds none. What takes the place of a session meanwhile is stored before that one
   * ends, so that no look misses both.
   */
  async function endAllOf(find: () => Promise<SessionRecord[]>): Promise<string[]> {
    const owners = new Set<string>();
    for (let found = await find(); found.length > 0; found = await find()) {
      const at = now();
      const ending = found.map(async (session) => {
        const userId = (session.signedIn ?? session.waiting)?.userId;
        const hasEnded = await records.end(session.id, userId);
        // One that was over is nothing to tell of.
        if (hasEnded && userId !== undefined && isLive(session, config, at)) owners.add(userId);
      });
      await Promise.all(ending);
    }
    return [...owners];
  }

  return {
    list: async (userId) => {
      const found = await records.listOf(userId, listedAtMost);
      const at = now();
      return found
        .filter((session) => isLive(session, config, at))
        .map((session) => toDevice(session, config));
    },
    has: async (userId, id) => (await records.find(id))?.session.signedIn?.userId === userId,
    find: async (userId, id) => {
      const { session } = (await records.find(id)) ?? {};
      return session?.signedIn?.userId === userId && isLive(session, config, now()) ? session : null;
    },
    end: (userId, id) => records.end(id, userId),
    endOthers: async (userId, currentId) => void (await records.endOf(userId, currentId)),
    endAll: (userId) => records.endOf(userId),
    endByMethod: (userId, method) =>
      endAllOf(async () => {
        // What waits goes first: what it has become meanwhile is among the others then.
        const waiting = await records.listOf(userId, listedAtMost, 'waiting');
        const all = [...waiting, ...(await records.listOf(userId, listedAtMost))];
        return all.filter((session) => isShownBy(session, method));
      }),
    endByProviderSession: (providerSession) =>
      endAllOf(() => records.listByProviderSession(providerSession, listedAtMost)),
    endExcess: (userId, currentId) => records.endExcess(userId, currentId, sessionsPerUser, now()),
    export: async (userId) => {
      const found = await records.listOf(userId, exportedAtMost);
      return found.map(({ fields, signedIn, providerSession: _toldToNobody, ...session }) => {
        const { userId: _asked, ...how } = signedIn ?? {};
        return { ...session, userId, signedIn: how, data: records.dataOf(fields) };
      });
    },
  };
}

function isShownBy({ signedIn, waiting }: SessionRecord, method: string): boolean {
  return (signedIn ?? waiting)?.methods.some((each) => each.method === method) ?? false;
}

function toDevice(session: SessionRecord, limits: SessionLimits): Device {
  const { id, createdAt, lastSeenAt, signedIn } = session;
  const { ip = null, userAgent = null } = signedIn ?? {};
  return { id, createdAt, lastSeenAt, expiresAt: expiryOf(session, limits), ip, userAgent };
}
