import { mongoDatabase } from '../database.ts';
import { proxied } from '../proxied.ts';
import { postgresDatabase } from './postgres-database.ts';
import { type SqlDatabase, sqliteDatabase } from './sql-database.ts';
import { type StockName, stockNames, type Where } from './store.ts';

/** A session as it lies in the database. */
export interface StoredSession {
  id: string;
  session: Record<string, unknown>;
  expires: Date;
}

/** A way to a database that can be shut. */
export interface Way {
  where: Where;
  /** What a server answers takes this many milliseconds longer; a file has no network before it. */
  delay(milliseconds: number): void;
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

/** A stock store's database, of one test file. */
export interface StockStack {
  readonly name: StockName;
  /** Makes it, if it has not; resolves with the reason where it cannot be here, and nothing else may be called then. */
  prepare(): Promise<{ whyNot: string } | undefined>;
  where(): Where;
  way(): Promise<Way>;
  /** Empties it, and lets it refuse a second session with the same number of visits, until what is returned is called. */
  refuseSecond(): Promise<() => Promise<void>>;
  sessions(): Promise<StoredSession[]>;
  deleteSessions(): Promise<void>;
  /** Takes away all that a store has made. */
  empty(): Promise<void>;
  drop(): Promise<void>;
}

/** The stock stores' databases of a test file. */
export function stockStacks(about: string): StockStack[] {
  const made = {
    'connect-mongo': () => mongoStack(about),
    'connect-session-knex on SQLite': () => sqlStack('connect-session-knex on SQLite', sqliteDatabase(about)),
    'connect-session-knex on PostgreSQL': () =>
      sqlStack('connect-session-knex on PostgreSQL', postgresDatabase(about)),
  } satisfies Record<StockName, () => StockStack>;
  return stockNames.map((name) => made[name]());
}

function mongoStack(about: string): StockStack {
  const database = mongoDatabase(`${about}_stock`);
  const sessions = () =>
    database.db().collection<{ _id: string; session: string; expires: Date }>('sessions');
  return {
    name: 'connect-mongo',
    prepare: async () => undefined,
    where: () => database,
    way: async () => {
      const { proxy, database: where } = await proxied(database);
      return { ...proxy, where };
    },
    refuseSecond: async () => {
      await sessions().deleteMany({});
      await sessions().createIndex({ session: 1 }, { unique: true, name: 'refuse' });
      return async () => void (await sessions().dropIndex('refuse'));
    },
    sessions: async () => {
      const found = await sessions().find().toArray();
      return found.map(({ _id, session, expires }) => ({ id: _id, session: JSON.parse(session), expires }));
    },
    deleteSessions: async () => void (await sessions().deleteMany({})),
    empty: async () => void (await database.db().dropDatabase()),
    drop: database.drop,
  };
}

function sqlStack(name: StockName, database: SqlDatabase): StockStack {
  return {
    name,
    ...database,
    refuseSecond: async () => {
      await database.knex()('sessions').delete();
      return database.refuseSecond();
    },
    sessions: async () => {
      const rows = await database
        .knex()('sessions')
        .select<{ sid: string; sess: unknown; expired: string | Date }[]>();
      return rows.map(({ sid, sess, expired }) => ({
        id: sid,
        session: typeof sess === 'string' ? JSON.parse(sess) : sess,
        expires: new Date(expired),
      }));
    },
    deleteSessions: async () => void (await database.knex()('sessions').delete()),
    empty: async () => void (await database.knex().schema.dropTableIfExists('sessions')),
  };
}
