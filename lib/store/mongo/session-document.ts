import type { Lifetime, SessionRecord, SignedIn, WaitingSignIn } from '../records.ts';
import { fieldsIn, toStoredFields } from './session-fields.ts';

/** A session as MongoDB keeps it. */
export interface SessionDocument extends Lifetime {
  /** SHA-256 of the id in the cookie. */
  _id: string;
  /** When it is over if unused from now on; the TTL index sweeps by it. */
  expires: Date;
  /** Beside `signedIn`, for the index and the join; absent while nobody is signed in. */
  userId?: string;
  signedIn?: StoredSignedIn | OldSignedIn;
  /** In its place, while a second factor is waited for: to whom does not know of that, nobody is signed in. */
  waiting?: Omit<WaitingSignIn, 'userId'>;
  /** By which session with a provider it came; absent in all others, so that its index is without them. */
  providerSession?: string;
  /** What applications put into `req.session`, each key escaped. */
  session: Record<string, unknown>;
}

type StoredSignedIn = Omit<SignedIn, 'userId'>;

/** What was stored while a password was the one way in; `method` said whether it was chosen then. */
interface OldSignedIn extends Omit<StoredSignedIn, 'methods' | 'assurance'> {
  readonly method: 'password' | 'sign_up';
}

export function toSessionRecord(document: SessionDocument): SessionRecord {
  const { _id: id, createdAt, lastSeenAt, remember, waits, expires, userId, session } = document;
  const { signedIn, waiting, providerSession } = document;
  return {
    id,
    createdAt,
    lastSeenAt,
    ...(remember === false ? { remember } : {}),
    ...(waits === true ? { waits } : {}),
    expires,
    ...(userId !== undefined && waiting ? { waiting: { userId, ...waiting } } : {}),
    ...(userId !== undefined && signedIn ? { signedIn: toSignedIn(userId, signedIn) } : {}),
    ...(providerSession !== undefined && { providerSession }),
    fields: fieldsIn(session),
  };
}

export function toSessionDocument({
  id,
  fields,
  signedIn,
  waiting,
  providerSession,
  ...times
}: SessionRecord): SessionDocument {
  const by = providerSession === undefined ? {} : { providerSession };
  const document = { _id: id, ...times, ...by, session: toStoredFields(fields) };
  if (waiting) {
    const { userId, ...stored } = waiting;
    return { ...document, userId, waiting: stored };
  }
  if (!signedIn) return document;
  const { userId, ...stored } = signedIn;
  return { ...document, userId, signedIn: stored };
}

function toSignedIn(userId: string, stored: StoredSignedIn | OldSignedIn): SignedIn {
  const { authenticatedAt, credentialsVersion, ip, userAgent } = stored;
  const { methods, assurance } =
    'methods' in stored
      ? stored
      : { methods: [{ method: 'password', at: authenticatedAt }], assurance: 1 as const };
  return { userId, methods, assurance, authenticatedAt, credentialsVersion, ip, userAgent };
}
