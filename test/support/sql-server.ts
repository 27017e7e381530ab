import type { StoreKind } from '../../lib/base/config.ts';
import { dialectOf } from '../../lib/store/open-sql.ts';
import { createKnex } from '../../lib/store/sql/client.ts';

async function onServer(kind: StoreKind, server: string, statement: string): Promise<void> {
  const knex = createKnex(server, dialectOf(kind), 1);
  try {
    await knex.raw(statement);
  } finally {
    await knex.destroy();
  }
}

/** Makes an empty database on a server of SQL. */
export function createSqlDatabase(kind: StoreKind, server: string, name: string): Promise<void> {
  return onServer(kind, server, `create database ${name}`);
}

/** Removes it, whoever is still connected. */
export function dropSqlDatabase(kind: StoreKind, server: string, name: string): Promise<void> {
  const force = kind === 'postgres' ? ' with (force)' : '';
  return onServer(kind, server, `drop database if exists ${name}${force}`);
}
