import { MongoClient } from 'mongodb';
import type { StoreKind } from '../../lib/base/config.ts';
import { createIndexes } from '../../lib/store/mongo/indexes.ts';
import { dialectOf } from '../../lib/store/open-sql.ts';
import { migrate } from '../../lib/store/sql/migrate.ts';
import { driveGeneratedEvents, secretMark, startTarget } from '../support/drive-generated-events.ts';
import { eventSources } from '../support/events.ts';
import { sqlAsDocuments } from '../support/sql-database.ts';
import { createSqlDatabase, dropSqlDatabase } from '../support/sql-server.ts';

const name = 'test_chaos_generated';

/**
 * Throws generated events at `auth`, from every event source: more than `npm test` does, and others each time.
 *
 * @returns what was wrong, in words.
 */
export async function throwGeneratedEvents(
  store: StoreKind,
  uri: string,
  runs: number,
  seed: number,
): Promise<string[]> {
  const database = store === 'mongodb' ? mongoDatabase(uri) : await sqlDatabase(store, uri);
  const target = await startTarget(database);
  const faults: string[] = [];
  for (const source of eventSources) {
    try {
      const { log, unhandledRejections } = await driveGeneratedEvents(target, { source, runs, seed });
      if (log.includes(secretMark)) faults.push(`${source.name}: a secret stands in the log`);
      faults.push(...unhandledRejections.map((reason) => `${source.name}: unhandled rejection: ${reason}`));
    } catch (error) {
      faults.push(`${source.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  await target.instance.end();
  await database.end();
  return faults;
}

function mongoDatabase(uri: string) {
  const client = new MongoClient(uri);
  const db = () => client.db(name);
  return {
    uri,
    name,
    db,
    prepare: async () => void (await createIndexes(db(), { sessionCollection: 'sessions' })),
    end: async () => {
      await db().dropDatabase();
      await client.close();
    },
  };
}

/** Beside the one that a URL names. */
async function sqlDatabase(store: StoreKind, server: string) {
  const url = new URL(server);
  url.pathname = `/${name}`;
  await dropSqlDatabase(store, server, name);
  await createSqlDatabase(store, server, name);
  const documents = sqlAsDocuments(store, url.href);
  return {
    uri: url.href,
    name,
    db: () => documents.db,
    prepare: async () =>
      void (await migrate({ databaseUrl: url.href, sessionCollection: 'sessions' }, dialectOf(store))),
    end: async () => {
      await documents.close();
      await dropSqlDatabase(store, server, name);
    },
  };
}
