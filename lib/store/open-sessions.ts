import type { ConfigFor } from '../base/config.ts';
import type { Connections } from './connections.ts';
import type { SessionRecords } from './contract.ts';
import { createMongo } from './mongo/client.ts';
import { createSessionRecords as createMongoSessionRecords } from './mongo/sessions.ts';
import { namedRecords } from './named-operations.ts';
import { openSql } from './open-sql.ts';
import { createSessionRecords as createSqlSessionRecords } from './sql/sessions.ts';

/** The sessions of the store that the configuration names and nothing else of it, made without any I/O. */
export function openSessionRecords(config: ConfigFor<'database'>, connections?: Connections): SessionRecords {
  const records =
    config.store === 'mongodb'
      ? createMongoSessionRecords({ config, mongo: createMongo(config, {}, connections) })
      : createSqlSessionRecords(openSql(config, connections));
  return namedRecords('sessions', records);
}
