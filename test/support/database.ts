import { randomBytes } from 'node:crypto';
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb';
import { inject } from 'vitest';

export interface TestDatabase {
  /** The server's URI as it was given; the database is named beside it, never in it. */
  uri: string;
  name: string;
  /** A client with the URI's options and `options`; `drop` closes those that are still open. */
  client(options?: MongoClientOptions): MongoClient;
  /** The database itself, through a client that all callers share. */
  db(): Db;
  /** Removes the database and closes every client; for `afterAll`. */
  drop(): Promise<void>;
}

/** Names a database that no other test file and no other run uses. `about` makes it readable. */
export function testDatabase(about = 'case'): TestDatabase {
  const uri = inject('mongodbUri');
  const name = `test_${about.replace(/[^a-z0-9]+/gi, '_').slice(0, 30)}_${randomBytes(6).toString('hex')}`;
  const clients: MongoClient[] = [];
  let shared: MongoClient | undefined;

  function client(options?: MongoClientOptions): MongoClient {
    const made = new MongoClient(uri, options);
    clients.push(made);
    return made;
  }

  function db(): Db {
    shared ??= client();
    return shared.db(name);
  }

  return {
    uri,
    name,
    client,
    db,
    async drop() {
      try {
        await db().dropDatabase();
      } finally {
        await Promise.all(clients.map((open) => open.close()));
      }
    },
  };
}
