import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import type { ConfigFor, StoreKind } from '../../base/config.ts';
import { ConfigError, readConfig } from '../../store/read-config.ts';
import { recordNames } from '../../store/record-names.ts';
import { databaseVariable } from '../chosen-store.ts';
import { UsageError } from '../command.ts';

/** A database that is named by its address alone. */
export interface NamedDatabase {
  config: ConfigFor<'database'>;
  /** Which one it is, by a hash of server and name: the same whoever asks it, with whatever password. */
  identity: string;
  /** The same, whatever its sessions are called: all else of it is shared. */
  place: string;
}

const schemes: readonly [form: RegExp, store: StoreKind][] = [
  [/^mongodb(\+srv)?:/, 'mongodb'],
  [/^postgres(ql)?:/, 'postgres'],
  [/^(mysql|mariadb):/, 'mysql'],
  [/^sqlite:/, 'sqlite'],
];

/**
 * Reads an address, whose scheme says which store it means.
 *
 * @param option what it was given as, for messages.
 * @param sessions the name of its sessions' collection or table; without it the environment's, or the default.
 * @throws {UsageError} where it means none, or is none; never with a part of it.
 */
export function namedDatabase(
  option: string,
  address: string,
  env: NodeJS.ProcessEnv,
  sessions = env.SESSION_COLLECTION,
): NamedDatabase {
  const url = address.trim();
  const [, store] = schemes.find(([form]) => form.test(url)) ?? [];
  if (!store)
    throw new UsageError(
      `${option}: begins with none of mongodb:, mongodb+srv:, postgres:, postgresql:, mysql:, mariadb:, sqlite:`,
    );
  const variable = databaseVariable(store);
  // As functions read it, for both sides.
  const names = { MONGODB_DB: env.MONGODB_DB, SESSION_COLLECTION: sessions };
  try {
    const config = readConfig({ ...names, STAGE: 'any', STORE: store, [variable]: url }, 'database');
    if (store === 'sqlite' && !existsSync(fileOf(config)))
      throw new UsageError(`${option}: there is no such file. ${howToPrepare(config)}`);
    return { config, identity: identityOf(config), place: hashOf(placeOf(config)) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [, ...faults] = error.message.split('\n');
    const told = faults.join('\n').replaceAll(variable, option);
    throw new UsageError(told.replaceAll('SESSION_COLLECTION', `${option}-sessions`), { cause: error });
  }
}

/** What makes its tables or indexes. */
export const howToPrepare = (config: ConfigFor<'database'>) =>
  `Prepare it: ${shownSettings(config)} ${databaseVariable(config.store)}=... npm run db:prepare`;

/** What says which store a database is of, but for its address; the name of its sessions where it is not the usual. */
export const shownSettings = ({ store, sessionCollection }: ConfigFor<'database'>) =>
  `STORE=${store}${sessionCollection === recordNames.sessions ? '' : ` SESSION_COLLECTION=${sessionCollection}`}`;

const fileOf = ({ databaseUrl }: ConfigFor<'database'>) => databaseUrl.slice('sqlite:'.length);

const defaultPorts: Partial<Record<StoreKind, string>> = { postgres: '5432', mysql: '3306' };

const hashOf = (parts: readonly string[]) => createHash('sha256').update(parts.join('\n')).digest('hex');

function identityOf(config: ConfigFor<'database'>): string {
  const { store, sessionCollection } = config;
  const isOwnName = store === 'mongodb' || sessionCollection !== recordNames.sessions;
  return hashOf([...placeOf(config), ...(isOwnName ? [sessionCollection] : [])]);
}

/** Store, server and database, without user, password and options. */
function placeOf(config: ConfigFor<'database'>): string[] {
  const { store, mongodbUri, databaseUrl, mongodbDatabase } = config;
  if (store === 'sqlite') return [store, realpathSync(fileOf(config))];
  if (store === 'mongodb') {
    const [, hosts = ''] = /^mongodb(?:\+srv)?:\/\/(?:[^/?]*@)?([^/?]*)/.exec(mongodbUri) ?? [];
    const servers = hosts.split(',').map((host) => (/:\d+$/.test(host) ? host : `${host}:27017`));
    return [store, ...servers.map((host) => host.toLowerCase()).sort(), mongodbDatabase];
  }
  const { hostname, port, pathname, searchParams } = new URL(databaseUrl);
  const host = searchParams.get('host') ?? hostname;
  return [store, host.toLowerCase(), port || (defaultPorts[store] ?? ''), decodeURIComponent(pathname)];
}
