import { MongoClient } from 'mongodb';
import { startDatabase } from '../../lib/dev/database.ts';
import { startPostgres } from '../../lib/dev/postgres.ts';
import { createSqlDatabase, dropSqlDatabase } from './sql-server.ts';

/** A database of its own for a run, by the variables that the packaged functions read; `drop` leaves nothing. */
export interface OwnDatabase {
  readonly uri: string;
  readonly name: string;
  readonly environment: Record<string, string>;
  drop(): Promise<void>;
}

/** For a program that uses packaged functions, on the store that they were packaged for. */
export async function ownDatabase(store: 'mongodb' | 'postgres', name: string): Promise<OwnDatabase> {
  return store === 'postgres' ? ownPostgres(name) : ownMongo(name);
}

async function ownMongo(name: string): Promise<OwnDatabase> {
  const { uri, stop } = await startDatabase({ stage: 'test', env: process.env });
  return {
    uri,
    name,
    environment: { STORE: 'mongodb', MONGODB_URI: uri, MONGODB_DB: name },
    drop: async () => {
      const client = new MongoClient(uri);
      await client.db(name).dropDatabase();
      await client.close();
      await stop();
    },
  };
}

async function ownPostgres(name: string): Promise<OwnDatabase> {
  const server = await startPostgres({ env: process.env });
  await createSqlDatabase('postgres', server.url, name);
  const address = new URL(server.url);
  address.pathname = name;
  return {
    uri: address.href,
    name,
    environment: { STORE: 'postgres', DATABASE_URL: address.href },
    drop: async () => {
      await dropSqlDatabase('postgres', server.url, name);
      await server.stop();
    },
  };
}
