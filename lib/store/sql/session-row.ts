import type { SessionRecord, SignedIn } from '../records.ts';
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
  /** Null while nobody is signed in, as is all that follows but `data`. */
  user_id: string | null;
  /** JSON: in which ways somebody has proven who they are, and when (milliseconds). */
  methods: string | null;
  assurance: number | null;
  authenticated_at: Milliseconds | null;
  credentials_version: number | null;
  ip: string | null;
  user_agent: string | null;
  /** What applications put into `req.session`; see session-fields.ts. */
  data: unknown;
}

export function toSessionRecord(row: SessionRow): SessionRecord {
  const signedIn = toSignedIn(row);
  return {
    id: row.id,
    createdAt: toDate(row.created_at),
    lastSeenAt: toDate(row.last_seen_at),
    expires: toDate(row.expires_at),
    ...(row.remember === 0 && { remember: false }),
    ...(signedIn && { signedIn }),
    fields: fieldsIn(row.data),
  };
}

export function toSessionRow(session: SessionRecord): SessionRow {
  const { id, createdAt, lastSeenAt, expires, remember, signedIn, fields } = session;
  return {
    id,
    created_at: toMs(createdAt),
    last_seen_at: toMs(lastSeenAt),
    expires_at: toMs(expires),
    remember: remember === false ? 0 : 1,
    user_id: signedIn?.userId ?? null,
    methods: signedIn ? JSON.stringify(signedIn.methods.map(({ method, at }) => [method, toMs(at)])) : null,
    assurance: signedIn?.assurance ?? null,
    authenticated_at: toMsOrNull(signedIn?.authenticatedAt ?? null),
    credentials_version: signedIn?.credentialsVersion ?? null,
    ip: signedIn?.ip ?? null,
    user_agent: signedIn?.userAgent ?? null,
    data: toColumn(fields),
  };
}

function toSignedIn(row: SessionRow): SignedIn | undefined {
  const { user_id: userId, authenticated_at: authenticatedAt, methods, credentials_version: version } = row;
  if (userId === null || authenticatedAt === null || methods === null || version === null) return undefined;
  const proven = JSON.parse(methods) as [method: string, at: number][];
  return {
    userId,
    methods: proven.map(([method, at]) => ({ method, at: toDate(at) })),
    assurance: row.assurance === 2 ? 2 : 1,
    authenticatedAt: toDate(authenticatedAt),
    credentialsVersion: version,
    ip: row.ip,
    userAgent: row.user_agent,
  };
}
