import { type Db, type IndexDescription, type IndexDescriptionInfo, MongoServerError } from 'mongodb';
import type { Config } from '../../base/config.ts';
import { Problem } from '../../base/problem.ts';
import type { Limit, Mongo } from './client.ts';
import { indexesOf } from './indexes.ts';

/** Whether the database has what `npm run db:indexes` makes; nothing here makes any of it. */
export interface Prepared {
  /** Looks for every index. @throws {Problem} 503 `not_prepared` where one is missing or another than ours. */
  requireAll(): Promise<void>;
  /**
   * Looks for the indexes that keep addresses unique, until an instance has found them once: without them two
   * sign-ups of one address make two accounts.
   *
   * @throws {Problem} 503 `not_prepared`.
   */
  requireUnique(): Promise<void>;
}

/** The indexes that are missing; its code names them, since a log shows no message. */
class MissingIndexesError extends Error {
  override readonly name = 'MissingIndexesError';
  readonly code: string;

  constructor(missing: readonly string[]) {
    super('npm run db:indexes creates them');
    this.code = missing.join(' ');
  }
}

export function createPrepared({
  config,
  mongo,
}: {
  config: Pick<Config, 'sessionCollection'>;
  mongo: Mongo;
}): Prepared {
  let isUnique = false;

  /** One collection after the other: more connections than one are not worth it. */
  async function require(wanted: (index: IndexDescription) => boolean): Promise<void> {
    const missing: string[] = [];
    for (const [collection, all] of indexesOf(config)) {
      const indexes = all.filter(wanted);
      if (indexes.length === 0) continue;
      const found = await mongo.run((db, limit) => listIndexes(db, collection, limit));
      const lacking = indexes.filter((index) => !found.some((each) => isSame(index, each)));
      missing.push(...lacking.map(({ name }) => `${collection}.${name}`));
    }
    if (missing.length > 0) throw notPrepared(new MissingIndexesError(missing));
  }

  return {
    requireAll: () => require(() => true),
    requireUnique: async () => {
      if (isUnique) return;
      await require(({ unique }) => unique === true);
      isUnique = true;
    },
  };
}

function notPrepared(cause: Error): Problem {
  return new Problem('not_prepared', 'The service is being set up. Try again in a minute.', {
    cause,
    headers: { 'Retry-After': '60' },
  });
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
