import type { Db, IndexDescription } from 'mongodb';
import type { Config } from '../../base/config.ts';
import { collections } from './collections.ts';

/** Those who are kept out are few. */
const isDisabled = { disabledAt: { $exists: true } };

/** Every index of the product, by collection. No request creates one: `npm run db:prepare` does. */
export function indexesOf(config: Pick<Config, 'sessionCollection'>): Map<string, IndexDescription[]> {
  return new Map<string, IndexDescription[]>([
    [
      config.sessionCollection,
      [
        { key: { expires: 1 }, name: 'expires_ttl', expireAfterSeconds: 0 },
        { key: { userId: 1, lastSeenAt: -1 }, name: 'user_last_seen' },
        {
          key: { providerSession: 1 },
          name: 'provider_session',
          partialFilterExpression: { providerSession: { $exists: true } },
        },
      ],
    ],
    [
      collections.users,
      [
        { key: { emailKey: 1 }, name: 'email_unique', unique: true },
        {
          key: { 'credentials.factors.identities.key': 1 },
          name: 'identity_unique',
          unique: true,
          sparse: true,
        },
        { key: { nameKey: 1, _id: 1 }, name: 'name' },
        { key: { roles: 1, emailKey: 1, _id: 1 }, name: 'role' },
        { key: { roles: 1, nameKey: 1, _id: 1 }, name: 'role_name' },
        { key: { emailKey: 1, _id: 1 }, name: 'disabled_email', partialFilterExpression: isDisabled },
        { key: { nameKey: 1, _id: 1 }, name: 'disabled_name', partialFilterExpression: isDisabled },
        { key: { seatExpiresAt: 1 }, name: 'seat_ttl', expireAfterSeconds: 0, sparse: true },
      ],
    ],
    [
      collections.tokens,
      [
        { key: { tokenHash: 1 }, name: 'token_unique', unique: true },
        { key: { slot: 1 }, name: 'slot_unique', unique: true },
        { key: { userId: 1 }, name: 'user' },
        { key: { expiresAt: 1 }, name: 'expires_ttl', expireAfterSeconds: 0 },
      ],
    ],
    [
      collections.events,
      [
        { key: { userId: 1, at: -1, _id: -1 }, name: 'user_newest' },
        { key: { userId: 1, type: 1, at: -1, _id: -1 }, name: 'user_type_newest' },
        { key: { type: 1, at: -1, _id: -1 }, name: 'type_newest' },
        { key: { at: -1, _id: -1 }, name: 'newest' },
        { key: { expiresAt: 1 }, name: 'expires_ttl', expireAfterSeconds: 0 },
      ],
    ],
    [
      collections.signUps,
      [
        { key: { emailKey: 1, createdAt: -1 }, name: 'email_newest' },
        { key: { expiresAt: 1 }, name: 'expires_ttl', expireAfterSeconds: 0 },
      ],
    ],
    [
      collections.repeats,
      [
        { key: { subject: 1 }, name: 'subject' },
        { key: { expiresAt: 1 }, name: 'expires_ttl', expireAfterSeconds: 0 },
      ],
    ],
    [collections.mailJobs, [{ key: { expiresAt: 1 }, name: 'expires_ttl', expireAfterSeconds: 0 }]],
    [
      collections.outbox,
      [
        { key: { toKey: 1, sentAt: -1 }, name: 'to_newest' },
        { key: { userId: 1 }, name: 'user' },
        { key: { expiresAt: 1 }, name: 'expires_ttl', expireAfterSeconds: 0 },
      ],
    ],
    [collections.counters, [{ key: { expire: 1 }, name: 'expire_ttl', expireAfterSeconds: 0 }]],
  ]);
}

/**
 * Creates every index that is missing; safe to repeat.
 *
 * @returns one line for each index, such as `users.email_unique`.
 * @throws the driver's error where an index of that name exists with other options.
 */
export async function createIndexes(db: Db, config: Pick<Config, 'sessionCollection'>): Promise<string[]> {
  const lines: string[] = [];
  for (const [collection, indexes] of indexesOf(config)) {
    const names = await db.collection(collection).createIndexes(indexes);
    lines.push(...names.map((name) => `${collection}.${name}`));
  }
  return lines;
}
