import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { inject } from 'vitest';
import type { StoreKind } from '../../lib/base/config.ts';
import { dialectOf } from '../../lib/store/open-sql.ts';
import { recordNames } from '../../lib/store/record-names.ts';
import { createKnex } from '../../lib/store/sql/client.ts';
import { nameOf, withDatabase } from './database.ts';
import { createSqlDatabase, dropSqlDatabase } from './sql-server.ts';

/** A database, and a user of it who may nothing but what a test grants. */
export interface LimitedDatabase {
  /** As its owner reaches it. */
  ownersUrl: string;
  /** As that user does. */
  url: string;
  /** The same with another password, or database. */
  urlWith(parts: { password?: string; database?: string }): string;
  /** Grants it some of select, insert, update, delete on a table, or all that serving needs on every one. */
  grant(rights: string, table?: string): Promise<void>;
  owner: Knex;
  drop(): Promise<void>;
}

/** @throws what the server says, where the tests' user may make no other. */
export async function limitedDatabase(kind: StoreKind): Promise<LimitedDatabase> {
  const [server, database, name] = [inject('databaseUrl'), nameOf('limited'), nameOf('one').slice(0, 30)];
  const password = randomBytes(12).toString('hex');
  await createSqlDatabase(kind, server, database);
  const ownersUrl = withDatabase(server, database);
  const owner = createKnex(ownersUrl, dialectOf(kind), 1);
  const user = kind === 'mysql' ? `${name}@'%'` : name;
  const drop = async () => {
    await owner.destroy();
    await dropSqlDatabase(kind, server, database);
    const atServer = createKnex(server, dialectOf(kind), 1);
    await atServer.raw(`drop ${kind === 'mysql' ? 'user' : 'role'} if exists ${user}`);
    await atServer.destroy();
  };
  try {
    const made = kind === 'mysql' ? `user ${user} identified by` : `role ${name} login password`;
    await owner.raw(`create ${made} '${password}'`);
    // It reaches the database, and nothing in it.
    if (kind === 'mysql') await owner.raw(`grant create temporary tables on ${database}.* to ${user}`);
  } catch (error) {
    await drop();
    throw error;
  }

  const urlWith: LimitedDatabase['urlWith'] = (parts) => {
    const url = new URL(withDatabase(server, parts.database ?? database));
    url.username = name;
    url.password = parts.password ?? password;
    return url.href;
  };
  return {
    ownersUrl,
    url: urlWith({}),
    urlWith,
    // One by one: what MySQL grants on a database, no connection has that is open.
    grant: async (rights, table) => {
      const tables = table === undefined ? [...Object.values(recordNames), 'identities'] : [table];
      for (const each of tables) await owner.raw(`grant ${rights} on ${each} to ${user}`);
    },
    owner,
    drop,
  };
}
