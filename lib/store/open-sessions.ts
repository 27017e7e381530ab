import type { ConfigFor } from '../base/config.ts';
import type { SessionRecords } from './contract.ts';
import { createMongo } from './mongo/client.ts';
import { createSessionRecords } from './mongo/sessions.ts';

/** The sessions of the store that the configuration names and nothing else of it, made without any I/O. */
export function openSessionRecords(config: ConfigFor<'database'>): SessionRecords {
  return createSessionRecords({ config, mongo: createMongo(config) });
}
