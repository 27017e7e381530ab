import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MongoClient } from 'mongodb';
import { inject } from 'vitest';
import type { ConfigFor, StoreKind } from '../../lib/base/config.ts';
import type { CopySide } from '../../lib/store/copying.ts';
import { openCopying } from '../../lib/store/open-copying.ts';
import { prepareStore } from '../../lib/store/prepare.ts';
import { readConfig } from '../../lib/store/read-config.ts';
import { nameOf, withDatabase } from './database.ts';
import { environmentOf } from './instance.ts';
import { createSqlDatabase, dropSqlDatabase } from './sql-server.ts';

/** A database of any store, whatever the tests run on: one side of a copy. */
export interface CopyDatabase {
  /** What an instance is given to reach it. */
  uri: string;
  name: string;
  /** What `npm run db:copy` is given. */
  address: string;
  config: ConfigFor<'database'>;
  side(): CopySide;
}

/** Makes databases for a test file, and drops them. */
export function copyDatabases() {
  const ends: (() => Promise<unknown>)[] = [];

  /** @param server of a store that has one, but MongoDB's. */
  async function create(kind: StoreKind, server = '', options = { prepared: true }): Promise<CopyDatabase> {
    const name = nameOf('copy');
    const { uri, address } = await made(kind, server, name);
    const config = readConfig({ STAGE: 'any', ...environmentOf({ uri, name }) }, 'database');
    if (options.prepared) await prepareStore(config);
    const side = () => {
      const opened = openCopying(config);
      ends.push(opened.close);
      return opened;
    };
    return { uri, name, address, config, side };
  }

  async function made(kind: StoreKind, server: string, name: string) {
    if (kind === 'mongodb') {
      const uri = inject('mongodbUri');
      ends.push(() => dropMongo(uri, name));
      return { uri, address: uri.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*/, `$1/${name}`) };
    }
    if (kind === 'sqlite') {
      const folder = await mkdtemp(join(tmpdir(), 'copy-'));
      ends.push(() => rm(folder, { recursive: true, force: true }));
      const uri = `sqlite:${join(folder, `${name}.sqlite`)}`;
      return { uri, address: uri };
    }
    await createSqlDatabase(kind, server, name);
    ends.push(() => dropSqlDatabase(kind, server, name));
    const uri = withDatabase(server, name);
    return { uri, address: uri };
  }

  async function end(): Promise<void> {
    for (const each of ends.splice(0).reverse()) await each();
  }

  return { create, end };
}

async function dropMongo(uri: string, name: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client.db(name).dropDatabase();
  } finally {
    await client.close();
  }
}

const root = resolve(import.meta.dirname, '../..');

/**
 * Runs `npm run db:copy` with nothing in the environment but what is given.
 *
 * @param signal is sent to it once it has said something.
 */
export function runDbCopy(
  args: string[],
  env: NodeJS.ProcessEnv = {},
  signal?: { name: NodeJS.Signals; after: string },
) {
  const { PATH, HOME } = process.env;
  return new Promise<{ code: number | null; output: string }>((done) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'lib/dev/db-copy.ts', ...args],
      { cwd: root, env: { PATH, HOME, ...env } },
      (_error, stdout, stderr) => done({ code: child.exitCode, output: stderr + stdout }),
    );
    let said = '';
    child.stderr?.on('data', (text) => {
      const before = said;
      said += text;
      if (signal && said.includes(signal.after) && !before.includes(signal.after)) child.kill(signal.name);
    });
  });
}
