import type { ConfigFor } from '../base/config.ts';
import type { Store } from './contract.ts';
import { createMongo } from './mongo/client.ts';
import { createMongoStore } from './mongo/store.ts';

/** The store that the configuration names, made without any I/O. */
export function openStore(config: ConfigFor<'database'>): Store {
  return createMongoStore(createMongo(config), config);
}
