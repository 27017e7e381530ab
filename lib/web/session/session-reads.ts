import type { SessionData } from 'express-session';
import { inSpan } from '../../base/trace.ts';
import { storageId } from '../../sessions/id.ts';
import { isLive, type SessionLimits } from '../../sessions/lifetime.ts';
import { decideSignedIn } from '../../sessions/signed-in.ts';
import type { SessionRecords } from '../../store/contract.ts';
import type { SessionRecord } from '../../store/records.ts';
import { toUser } from '../../users/user.ts';
import { inTime } from './in-time.ts';
import type { SettledCookies } from './settled-cookie.ts';
import { hide, noteUser, noteWaiting, remember } from './stored-state.ts';

/** Sessions as express-session has them from a store, of those that are live. */
export interface SessionReads {
  read(sessionId: string): Promise<SessionData | null>;
  /** For tools, not for requests. */
  readAll(): Promise<SessionData[]>;
}

export interface SessionReadsOptions {
  config: SessionLimits;
  records: SessionRecords;
  cookies: SettledCookies;
  now: () => Date;
}

export function createSessionReads({ config, records, cookies, now }: SessionReadsOptions): SessionReads {
  function toData({ fields, ...session }: SessionRecord): SessionData {
    const { id, createdAt, lastSeenAt, remember: remembered, waits, signedIn, waiting } = session;
    const { providerSession } = session;
    const data = records.dataOf(fields);
    data.cookie = cookies.make(() => null);
    // It cannot change, so that express-session, which hashes what it sees, need not see it.
    if (signedIn) hide(data, 'signedIn', decideSignedIn(signedIn));
    if (waiting) noteWaiting(data, waiting);
    const kind = { ...(remembered === false && { remember: remembered }), ...(waits && { waits }) };
    const lifetime = { createdAt, lastSeenAt, ...kind };
    remember(data, { id, lifetime, fields, providerSession });
    return data as unknown as SessionData;
  }

  return {
    read: async (sessionId) => {
      const found = await inSpan('session.read', () => inTime(records.find(storageId(sessionId))));
      if (!found || !isLive(found.session, config, now())) return null;
      // Kept out from this moment on, before any session has ended.
      if (found.user?.disabledAt) return null;
      const data = toData(found.session);
      if (found.user) noteUser(data, toUser(found.user));
      return data;
    },
    readAll: async () => {
      const at = now();
      const found = await inTime(records.listAll(at));
      return found.filter((session) => isLive(session, config, at)).map(toData);
    },
  };
}
