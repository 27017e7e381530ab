import { parse } from 'cookie';
import { unsign } from 'cookie-signature';
import type { Config } from '../../base/config.ts';
import { storageId } from '../../sessions/id.ts';
import { isLive, type SessionLimits } from '../../sessions/lifetime.ts';
import type { SessionRecords } from '../../store/contract.ts';
import { toUser } from '../../users/user.ts';
import { timesNamed } from './cookie.ts';

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

/** Longest Cookie header that is looked into, in characters. */
const cookieHeaderLength = 8192;

/**
 * Reads who is signed in from a Cookie header without express: one read of session and user, and no write, so that
 * this alone never counts as use of the session.
 *
 * @returns a function that gives null for whatever is no live session of somebody.
 * @throws {Problem} (that function) 503 `unavailable` where the database did not answer in time.
 */
export function createSessionReader({ config, records, now }: SessionReaderOptions) {
  return async function readSession(cookieHeader: string | undefined): Promise<SignedInSession | null> {
    const id = signedIdIn(cookieHeader, config);
    if (id === undefined) return null;
    const found = await records.find(storageId(id));
    if (!found?.user || !found.session.signedIn || !isLive(found.session, config, now())) return null;
    if (found.user.disabledAt) return null;
    const { id: userId, emailVerified, roles } = toUser(found.user);
    const { authenticatedAt, assurance } = found.session.signedIn;
    return { userId, sessionId: found.session.id, emailVerified, authenticatedAt, assurance, roles };
  };
}

/** The id in the session cookie, if one of our secrets signed it; every secret verifies. */
export function signedIdIn(
  header: string | undefined,
  { cookieName, sessionSecrets }: Pick<Config, 'cookieName' | 'sessionSecrets'>,
): string | undefined {
  if (!header || header.length > cookieHeaderLength || timesNamed(header, cookieName) !== 1) return undefined;
  const value = parse(header)[cookieName];
  if (!value?.startsWith('s:')) return undefined;
  for (const secret of sessionSecrets) {
    const id = unsign(value.slice(2), secret);
    if (id !== false) return id;
  }
  return undefined;
}
