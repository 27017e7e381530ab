import type { Proven, SessionRecord, SignedIn, WaitingSignIn } from '../records.ts';
import { fieldsIn, toColumn } from './session-fields.ts';
import { type Milliseconds, toDate, toMs, toMsOrNull } from './tables.ts';

/** A session as a row. */
export interface SessionRow {
  /** SHA-256 of the id in the cookie. */
  id: string;
  created_at: Milliseconds;
  last_seen_at: Milliseconds;
  expires_at: Milliseconds;
  /** 0 where the session ends with the browser. */
  remember: number;
  /** 1 where a sign-in waits for its second factor; then there are user, methods and version, and no time of signing in. */
  waits: number;
  /** Null while nobody is signed in, as is all that follows but `data`. */
  user_id: string | null;
  /** JSON: in which ways somebody has proven who they are, and when (milliseconds). */
  methods: string | null;
  assurance: number | null;
  authenticated_at: Milliseconds | null;
  credentials_version: number | null;
  ip: string | null;
  user_agent: string | null;
  /** By which session with a provider it came; null where by none that is known. */
  provider_session: string | null;
  /** What applications put into `req.session`; see session-fields.ts. */
  data: unknown;
}

export function toSessionRecord(row: SessionRow): SessionRecord {
  const [signedIn, waiting] = [toSignedIn(row), toWaiting(row)];
  return {
    id: row.id,
    createdAt: toDate(row.created_at),
    lastSeenAt: toDate(row.last_seen_at),
    expires: toDate(row.expires_at),
    ...(row.remember === 0 && { remember: false }),
    ...(row.waits === 1 && { waits: true }),
    ...(waiting && { waiting }),
    ...(signedIn && { signedIn }),
    ...(row.provider_session !== null && { providerSession: row.provider_session }),
    fields: fieldsIn(row.data),
  };
}

export function toSessionRow(session: SessionRecord): SessionRow {
  const { id, createdAt, lastSeenAt, expires, remember, signedIn, waiting, fields } = session;
  const shown = signedIn ?? waiting;
  return {
    id,
    created_at: toMs(createdAt),
    last_seen_at: toMs(lastSeenAt),
    expires_at: toMs(expires),
    remember: remember === false ? 0 : 1,
    waits: waiting ? 1 : 0,
    user_id: shown?.userId ?? null,
    methods: shown ? JSON.stringify(shown.methods.map(({ method, at }) => [method, toMs(at)])) : null,
    assurance: signedIn?.assurance ?? null,
    authenticated_at: toMsOrNull(signedIn?.authenticatedAt ?? null),
    credentials_version: shown?.credentialsVersion ?? null,
    ip: signedIn?.ip ?? null,
    user_agent: signedIn?.userAgent ?? null,
    provider_session: session.providerSession ?? null,
    data: toColumn(fields),
  };
}

function toSignedIn(row: SessionRow): SignedIn | undefined {
  const { user_id: userId, authenticated_at: authenticatedAt, methods, credentials_version: version } = row;
  if (row.waits === 1 || userId === null || authenticatedAt === null) return undefined;
  if (methods === null || version === null) return undefined;
  return {
    userId,
    methods: toMethods(methods),
    assurance: row.assurance === 2 ? 2 : 1,
    authenticatedAt: toDate(authenticatedAt),
    credentialsVersion: version,
    ip: row.ip,
    userAgent: row.user_agent,
  };
}

function toWaiting(row: SessionRow): WaitingSignIn | undefined {
  const { waits, user_id: userId, methods, credentials_version: credentialsVersion } = row;
  if (waits !== 1 || userId === null || methods === null || credentialsVersion === null) return undefined;
  return { userId, methods: toMethods(methods), credentialsVersion };
}

function toMethods(column: string): Proven[] {
  const proven = JSON.parse(column) as [method: string, at: number][];
  return proven.map(([method, at]) => ({ method, at: toDate(at) }));
}
