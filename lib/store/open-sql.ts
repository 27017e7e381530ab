import type { ConfigFor, StoreKind } from '../base/config.ts';
import type { Connections } from './connections.ts';
import { createSql, type Sql } from './sql/client.ts';
import type { Dialect } from './sql/dialect.ts';
import { mysql } from './sql/dialects/mysql.ts';
import { postgres } from './sql/dialects/postgres.ts';
import { sqlite } from './sql/dialects/sqlite.ts';

const dialects: Partial<Record<StoreKind, Dialect>> = { postgres, mysql, sqlite };

/** @throws {Error} where the store is none of SQL, or this bundle carries the code of another. */
export function dialectOf(store: StoreKind): Dialect {
  const dialect = dialects[store];
  if (!dialect) throw new Error(`STORE: this was built for another store than ${store}`);
  return dialect;
}

/** The client of an SQL database, made without any I/O. */
export function openSql(
  config: Pick<ConfigFor<'database'>, 'store' | 'databaseUrl' | 'databaseMaxPoolSize' | 'sessionCollection'>,
  connections?: Connections,
): Sql {
  return createSql(config, dialectOf(config.store), connections);
}
