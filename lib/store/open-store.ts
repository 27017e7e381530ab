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
  const store =
    config.store === 'mongodb'
      ? createMongoStore(createMongo(config, {}, connections), config)
      : createSqlStore(openSql(config, connections));
  return namedStore(store);
}
