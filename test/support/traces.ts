import type { Db, Document } from 'mongodb';
import { emailKey } from '../../lib/users/email.ts';

/** Whom traces are looked for, by all that could stand somewhere. */
export interface Traced {
  id: string;
  emails: readonly string[];
  ips?: readonly string[];
}

/**
 * Where a database still holds something of these people, as `collection: trace`.
 *
 * The one mail that tells an address of the deletion is none: it is kept in development, and says nothing else.
 */
export async function tracesOf(db: Db, ...people: Traced[]): Promise<string[]> {
  const tracesOfOne = ({ id, emails, ips = [] }: Traced) => [id, ...emails, ...emails.map(emailKey), ...ips];
  const wanted = new Set(people.flatMap(tracesOfOne));
  const found: string[] = [];
  for (const { name } of await db.listCollections().toArray()) {
    const documents = await db.collection(name).find().toArray();
    const texts = documents
      .filter((document) => name !== 'outbox' || !tellsOfDeletion(document))
      .map((document) => JSON.stringify(document));
    for (const trace of wanted)
      if (texts.some((text) => text.includes(trace))) found.push(`${name}: ${trace}`);
  }
  return found;
}

function tellsOfDeletion({ userId, subject }: Document): boolean {
  return userId === null && /^Your account at \S+ has been deleted$/.test(subject);
}
