import { randomBytes } from 'node:crypto';
import { withDatabase } from '../database.ts';
import { knexOn } from '../knex-on.ts';
import { postgresServer } from '../postgres-server.ts';
import { startProxy } from '../proxy.ts';
import { type SqlDatabase, sharedKnex } from './sql-database.ts';

/** A database of its own on the tests' PostgreSQL, if there is one. */
export function postgresDatabase(about: string): SqlDatabase {
  const name = `test_${about}_${randomBytes(6).toString('hex')}`;
  /** The server's URL, once the database is made. */
  let server: string | undefined;
  const where = () => {
    if (server === undefined) throw new Error('the database is not made');
    return { uri: withDatabase(server, name), name };
  };
  const shared = sharedKnex(() => where().uri);

  async function on(url: string, statement: string): Promise<void> {
    const knex = knexOn(url);
    try {
      await knex.raw(statement, [name]);
    } finally {
      await knex.destroy();
    }
  }

  return {
    prepare: async () => {
      if (server !== undefined) return undefined;
      const found = await postgresServer();
      if ('whyNot' in found) return found;
      await on(found.url, 'create database ??');
      server = found.url;
      return undefined;
    },
    where,
    knex: shared.get,
    way: async () => {
      const { hostname, port } = new URL(where().uri);
      const proxy = await startProxy({ host: hostname, port: Number(port || 5432) });
      const behind = new URL(where().uri);
      behind.hostname = '127.0.0.1';
      behind.port = String(proxy.port);
      return { ...proxy, where: { uri: behind.href, name } };
    },
    refuseSecond: async () => {
      await shared.get().raw(`create unique index refuse on sessions ((sess->>'visits'))`);
      return async () => void (await shared.get().raw('drop index refuse'));
    },
    drop: async () => {
      await shared.end();
      if (server !== undefined) await on(server, 'drop database if exists ?? with (force)');
    },
  };
}
