import { randomBytes } from 'node:crypto';
import type { Db } from 'mongodb';

const batch = 5000;
const dayMs = 86_400_000;
/** Live sessions of each of the others. */
export const sessionsEach = 5;

/** Fills a database with others: so many live sessions, and the users whose they are. */
export async function fillWithOthers(db: Db, sessions: number): Promise<void> {
  const tomorrow = new Date(Date.now() + dayMs);
  await insert(db, 'users', sessions / sessionsEach, userOf);
  await insert(db, 'sessions', sessions, (at) => sessionOf(idOf(Math.floor(at / sessionsEach)), tomorrow));
}

/** More sessions of one user, or of somebody who is gone, over at `expires`. */
export async function addSessions(db: Db, userId: string, count: number, expires: Date): Promise<void> {
  await insert(db, 'sessions', count, () => sessionOf(userId, expires));
}

async function insert(db: Db, collection: string, count: number, documentOf: (at: number) => object) {
  for (let done = 0; done < count; done += batch) {
    const documents = Array.from({ length: Math.min(batch, count - done) }, (_, at) => documentOf(done + at));
    await db.collection(collection).insertMany(documents, { ordered: false });
  }
}

const idOf = (at: number) => `other ${at}`;

function userOf(at: number) {
  const email = `other${at}@example.com`;
  return {
    _id: idOf(at),
    email,
    emailKey: email,
    name: 'Other',
    credentials: { password: randomBytes(45).toString('base64') },
    credentialsVersion: 1,
    emailVerifiedAt: null,
    createdAt: new Date(),
  };
}

function sessionOf(userId: string, expires: Date) {
  const at = new Date(Date.now() - Math.floor(Math.random() * dayMs));
  const methods = [{ method: 'password', at }];
  const signedIn = { methods, assurance: 1, authenticatedAt: at, credentialsVersion: 1 };
  return {
    _id: randomBytes(32).toString('base64url'),
    userId,
    createdAt: at,
    lastSeenAt: at,
    expires,
    signedIn: { ...signedIn, ip: '203.0.113.9', userAgent: 'bench' },
    session: {},
  };
}
