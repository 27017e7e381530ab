import type { ConfigFor } from '../base/config.ts';
import type { Connections } from './connections.ts';
import type { Store } from './contract.ts';
import { createMongo } from './mongo/client.ts';
import { createMongoStore } from './mongo/store.ts';
import { namedStore } from './named-operations.ts';
import { openSql } from './open-sql.ts';
import { createSqlStore } from './sql/store.ts';

/** The store that the configuration names, made without any I/O. */
export function openStore(config: ConfigFor<'database'>, connections?: Connections): Store {
  if (config.store === 'mongodb')
    return namedStore(createMongoStore(createMongo(config, {}, connections), config));
  return namedStore(createSqlStore(openSql(config, connections)));
}
