import { randomBytes } from 'node:crypto';
import type { Db, Document } from 'mongodb';

const day = 24 * 60 * 60 * 1000;
const random = () => randomBytes(32).toString('base64url');

/** What others leave in each collection, by its number; each user has three sessions, tokens, events and mails. */
const documents: Record<string, (at: number) => Document> = {
  sessions: (at) => ({
    ...times(at),
    _id: random(),
    userId: userOf(at),
    expires: later(at),
    signedIn: { methods: [], assurance: 1, authenticatedAt: new Date(), credentialsVersion: 1 },
    ...(at % 2 === 0 && { providerSession: `oidc:acme:${random()}` }),
    session: {},
  }),
  users: (at) => ({
    _id: `other ${at}`,
    email: `other${at}@example.com`,
    emailKey: `other${at}@example.com`,
    name: 'Other',
    nameKey: `crowd ${at}`,
    roles: at % 2 ? ['crowd', 'editor'] : ['crowd'],
    ...(at % 5 === 0 && { disabledAt: new Date() }),
    credentials: { password: random() },
    credentialsVersion: 1,
    emailVerifiedAt: at % 2 ? new Date() : null,
    createdAt: new Date(),
  }),
  tokens: (at) => ({
    slot: `verify_email:${at}`,
    tokenHash: random(),
    purpose: 'verify_email',
    userId: userOf(at),
    data: { email: `other${at}@example.com` },
    createdAt: new Date(),
    expiresAt: later(at),
    claimedUntil: new Date(0),
    claimedBy: null,
  }),
  events: (at) => ({
    userId: userOf(at),
    type: 'sign_in',
    at: new Date(Date.now() - at),
    expiresAt: later(at),
  }),
  sign_ups: (at) => ({
    _id: random(),
    email: `other${at}@example.com`,
    emailKey: `other${at}@example.com`,
    name: 'Other',
    passwordHash: random(),
    createdAt: new Date(Date.now() - at),
    expiresAt: later(at),
  }),
  repeats: (at) => ({ _id: random(), subject: userOf(at), expiresAt: later(at) }),
  limits: (at) => ({ _id: `${at % 2 ? 'account' : 'network'}:${random()}`, points: 1, expire: later(at) }),
  mail_jobs: (at) => ({ _id: random(), expiresAt: later(at) }),
  outbox: (at) => ({
    toKey: `other${at}@example.com`,
    userId: userOf(at),
    sentAt: new Date(Date.now() - at),
    expiresAt: later(at),
  }),
};

/** Fills every collection with what others have left there, so that a query that looks at all of it stands out. */
export async function fillWithOthers(db: Db, count: number): Promise<void> {
  for (const [collection, documentOf] of Object.entries(documents)) {
    const others = Array.from({ length: count }, (_, at) => documentOf(at));
    await db.collection(collection).insertMany(others);
  }
}

const userOf = (at: number) => `other ${Math.floor(at / 3)}`;
const later = (at: number) => new Date(Date.now() + day + at);
const times = (at: number) => ({
  createdAt: new Date(Date.now() - at),
  lastSeenAt: new Date(Date.now() - at),
});
