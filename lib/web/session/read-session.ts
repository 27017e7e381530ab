import type { Config } from '../../base/config.ts';
import { inSpan } from '../../base/trace.ts';
import { storageId } from '../../sessions/id.ts';
import { isLive, type SessionLimits } from '../../sessions/lifetime.ts';
import type { SessionRecords } from '../../store/contract.ts';
import { toUser } from '../../users/user.ts';
import { shownIdIn } from './signed-id.ts';

/** A live session that somebody is signed in with, as much as another service needs of it. */
export interface SignedInSession {
  userId: string;
  /** What the API calls the session; no credential. */
  sessionId: string;
  emailVerified: boolean;
  authenticatedAt: Date;
  /** How many factors were shown. */
  assurance: 1 | 2;
  roles: readonly string[];
}

export interface SessionReaderOptions {
  config: SessionLimits & Pick<Config, 'cookieName' | 'sessionSecrets'>;
  records: Pick<SessionRecords, 'find'>;
  now: () => Date;
}

/** What a request shows of whose it is. */
export interface ShownHeaders {
  cookie?: string | undefined;
  authorization?: string | undefined;
}

/**
 * Reads who is signed in from a request's headers without express: one read of session and user, and no write, so that
 * this alone never counts as use of the session.
 *
 * @returns a function that gives null for whatever is no live session of somebody.
 * @throws {Problem} (that function) 503 `unavailable` where the database did not answer in time.
 */
export function createSessionReader({ config, records, now }: SessionReaderOptions) {
  /** @param keyedBy what an answer is kept for, where it is kept: only what stands in it may decide. */
  return async function readSession(
    headers: ShownHeaders,
    keyedBy?: string,
  ): Promise<SignedInSession | null> {
    const id = shownIdIn(headers, config);
    if (id === undefined || keyedBy?.includes(id) === false) return null;
    const found = await inSpan('session.read', () => records.find(storageId(id)));
    if (!found?.user || !found.session.signedIn || !isLive(found.session, config, now())) return null;
    if (found.user.disabledAt) return null;
    const { id: userId, emailVerified, roles } = toUser(found.user);
    const { authenticatedAt, assurance } = found.session.signedIn;
    return { userId, sessionId: found.session.id, emailVerified, authenticatedAt, assurance, roles };
  };
}
