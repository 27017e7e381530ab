import { type Db, type IndexDescription, type IndexDescriptionInfo, MongoServerError } from 'mongodb';
import type { Config } from '../../base/config.ts';
import type { Store } from '../contract.ts';
import type { Limit, Mongo } from './client.ts';
import { indexesOf } from './indexes.ts';

/** Finds what `npm run db:prepare` would make, such as `users.email_unique`; an index that differs is missing too. */
export function findMissingIndexes(
  mongo: Mongo,
  config: Pick<Config, 'sessionCollection'>,
): Store['missing'] {
  return async (which) => {
    const missing: string[] = [];
    // One collection after the other: more connections than one are not worth it.
    for (const [collection, all] of indexesOf(config)) {
      const wanted = which === 'all' ? all : all.filter(({ unique }) => unique === true);
      if (wanted.length === 0) continue;
      const found = await mongo.run((db, limit) => listIndexes(db, collection, limit));
      const lacking = wanted.filter((index) => !found.some((each) => isSame(index, each)));
      missing.push(...lacking.map(({ name }) => `${collection}.${name}`));
    }
    return missing;
  };
}

const namespaceNotFound = 26;

async function listIndexes(db: Db, collection: string, limit: Limit): Promise<IndexDescriptionInfo[]> {
  try {
    return await db.collection(collection).listIndexes(limit).toArray();
  } catch (error) {
    if (error instanceof MongoServerError && error.code === namespaceNotFound) return [];
    throw error;
  }
}

/** Options by which an index holds for some documents only, or compares them in another way. */
const narrowing = ['sparse', 'partialFilterExpression', 'collation'] as const;

/** Whether an index does what ours is for, whatever its name. */
function isSame(ours: IndexDescription, found: IndexDescriptionInfo): boolean {
  return (
    JSON.stringify(Object.entries(ours.key)) === JSON.stringify(Object.entries(found.key)) &&
    (found.unique ?? false) === (ours.unique ?? false) &&
    found.expireAfterSeconds === ours.expireAfterSeconds &&
    narrowing.every((option) => JSON.stringify(found[option]) === JSON.stringify(ours[option]))
  );
}
