import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import type { ConfigFor, StoreKind } from '../../base/config.ts';
import { ConfigError, readConfig } from '../../store/read-config.ts';
import { databaseVariable } from '../chosen-store.ts';
import { UsageError } from '../command.ts';

/** A database that is named by its address alone. */
export interface NamedDatabase {
  config: ConfigFor<'database'>;
  /** Which one it is, by a hash of server and name: the same whoever asks it, with whatever password. */
  identity: string;
}

const schemes: readonly [form: RegExp, store: StoreKind][] = [
  [/^mongodb(\+srv)?:/, 'mongodb'],
  [/^postgres(ql)?:/, 'postgres'],
  [/^(mysql|mariadb):/, 'mysql'],
  [/^sqlite:/, 'sqlite'],
];

/** Names of MongoDB's that hold for both sides, as functions read them. */
const ofMongo = ['MONGODB_DB', 'SESSION_COLLECTION'] as const;

/**
 * Reads an address, whose scheme says which store it means.
 *
 * @param option what it was given as, for messages.
 * @throws {UsageError} where it means none, or is none; never with a part of it.
 */
export function namedDatabase(option: string, address: string, env: NodeJS.ProcessEnv): NamedDatabase {
  const url = address.trim();
  const [, store] = schemes.find(([form]) => form.test(url)) ?? [];
  if (!store)
    throw new UsageError(
      `${option}: begins with none of mongodb:, mongodb+srv:, postgres:, postgresql:, mysql:, mariadb:, sqlite:`,
    );
  const variable = databaseVariable(store);
  const names = Object.fromEntries(ofMongo.map((name) => [name, env[name]]));
  try {
    const config = readConfig({ ...names, STAGE: 'any', STORE: store, [variable]: url }, 'database');
    if (store === 'sqlite' && !existsSync(fileOf(config)))
      throw new UsageError(`${option}: there is no such file. ${howToPrepare(store)}`);
    return { config, identity: identityOf(config) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [, ...faults] = error.message.split('\n');
    throw new UsageError(faults.join('\n').replaceAll(variable, option), { cause: error });
  }
}

/** What makes its tables or indexes. */
export const howToPrepare = (store: StoreKind) =>
  `Prepare it: STORE=${store} ${databaseVariable(store)}=... npm run db:prepare`;

const fileOf = ({ databaseUrl }: ConfigFor<'database'>) => databaseUrl.slice('sqlite:'.length);

const defaultPorts: Partial<Record<StoreKind, string>> = { postgres: '5432', mysql: '3306' };

function identityOf(config: ConfigFor<'database'>): string {
  const where = [config.store, ...placeOf(config)].join('\n');
  return createHash('sha256').update(where).digest('hex');
}

/** Server and database, without user, password and options. */
function placeOf(config: ConfigFor<'database'>): string[] {
  const { store, mongodbUri, databaseUrl, mongodbDatabase, sessionCollection } = config;
  if (store === 'sqlite') return [realpathSync(fileOf(config))];
  if (store === 'mongodb') {
    const [, hosts = ''] = /^mongodb(?:\+srv)?:\/\/(?:[^/?]*@)?([^/?]*)/.exec(mongodbUri) ?? [];
    const servers = hosts.split(',').map((host) => (/:\d+$/.test(host) ? host : `${host}:27017`));
    return [...servers.map((host) => host.toLowerCase()).sort(), mongodbDatabase, sessionCollection];
  }
  const { hostname, port, pathname, searchParams } = new URL(databaseUrl);
  const host = searchParams.get('host') ?? hostname;
  return [host.toLowerCase(), port || (defaultPorts[store] ?? ''), decodeURIComponent(pathname)];
}
