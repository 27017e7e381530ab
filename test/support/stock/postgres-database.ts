import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { knexOn } from '../knex-on.ts';
import { startProxy } from '../proxy.ts';
import { type SqlDatabase, sharedKnex } from './sql-database.ts';

/** A database of its own on the tests' PostgreSQL, if there is one. */
export function postgresDatabase(about: string): SqlDatabase {
  const server = inject('postgres');
  const name = `test_${about}_${randomBytes(6).toString('hex')}`;
  const where = { uri: 'url' in server ? withPath(server.url, name) : '', name };
  const shared = sharedKnex(() => where.uri);
  let made = false;

  async function onServer(statement: string): Promise<void> {
    if (!('url' in server)) throw new Error(server.whyNot);
    const knex = knexOn(server.url);
    try {
      await knex.raw(statement, [name]);
    } finally {
      await knex.destroy();
    }
  }

  return {
    whyNot: 'url' in server ? undefined : server.whyNot,
    where,
    prepare: async () => {
      if (made) return;
      made = true;
      await onServer('create database ??');
    },
    knex: shared.get,
    way: async () => {
      const { hostname, port } = new URL(where.uri);
      const proxy = await startProxy({ host: hostname, port: Number(port || 5432) });
      const behind = new URL(where.uri);
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
      if (made) await onServer('drop database if exists ?? with (force)');
    },
  };
}

function withPath(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
