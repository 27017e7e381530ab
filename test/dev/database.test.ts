import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MongoClient } from 'mongodb';
import { afterEach, describe, expect, test } from 'vitest';
import { startDatabase } from '../../lib/dev/database.ts';
import { freePort } from '../../lib/dev/port.ts';
import {
  type Manner,
  manners,
  mongodArchive,
  startDownloadHost,
  uselessMongod as uselessDownload,
} from '../support/download-host.ts';
import { serverStarter, temporaryFolder } from '../support/mongo-server.ts';

const { ends, start } = serverStarter();

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const noDownload = { MONGOMS_RUNTIME_DOWNLOAD: 'false' };

async function begin(...options: Parameters<typeof startDatabase>) {
  const database = await startDatabase(...options);
  ends.push(database.stop);
  return database;
}

/** A program called mongod that does nothing. */
function uselessMongod(): string {
  const folder = temporaryFolder(ends);
  writeFileSync(join(folder, 'mongod'), '#!/bin/sh\nexit 1\n');
  chmodSync(join(folder, 'mongod'), 0o755);
  return folder;
}

test('the server that MONGODB_URI names comes first, and is left running', async () => {
  const { uri } = await start();
  const named = await startDatabase({ env: { MONGODB_URI: uri } });
  expect(named.uri).toBe(uri);
  expect(named.description).toContain('MONGODB_URI');
  await named.stop();
  const client = new MongoClient(uri);
  ends.push(() => client.close());
  expect(await client.db().command({ ping: 1 })).toMatchObject({ ok: 1 });
});

test('a named server that does not answer is an error, soon, and no password is in it', async () => {
  const uri = `mongodb://ada:s3cret@127.0.0.1:${await freePort()}/`;
  const begun = Date.now();
  const error = await startDatabase({ env: { MONGODB_URI: uri } }).catch((reason) => reason);
  expect(error.message).toContain('MONGODB_URI is set');
  expect(error.message).not.toMatch(/s3cret|ada/);
  expect(Date.now() - begun).toBeLessThan(15_000);
});

test.each([
  'no uri but s3cret',
  'mongodb://ada:s3cret@',
  'mongodb://ada:s3/cret@localhost/',
  'mongodb://ada:s3cret@localhost/?a=b',
])('of what is no URI nothing is told: %s', async (uri) => {
  const error = await startDatabase({ env: { MONGODB_URI: uri } }).catch((reason) => reason);
  expect(error.message).toContain('MONGODB_URI is set');
  expect(error.message).not.toMatch(/s3|cret/);
});

test('a mongod that is named and does not start is an error', async () => {
  const binary = join(uselessMongod(), 'mongod');
  await expect(startDatabase({ env: { MONGOMS_SYSTEM_BINARY: binary } })).rejects.toThrow('does not start');
  await expect(startDatabase({ env: { MONGOMS_SYSTEM_BINARY: '/nowhere/mongod' } })).rejects.toThrow(
    'does not start',
  );
});

test('a mongod on PATH that does not start is passed over', async () => {
  const uselessFolder = uselessMongod();
  const database = await begin({ env: { PATH: uselessFolder, ...noDownload } });
  expect(database.description).not.toContain(uselessFolder);
});

test('data and port stay between runs', async () => {
  const dataDir = temporaryFolder(ends);
  const port = await freePort();
  const run = async () => {
    const database = await begin({ dataDir, port, env: noDownload });
    expect(database.uri).toContain(`:${port}`);
    expect(database.description).toContain(dataDir);
    const client = new MongoClient(database.uri);
    await client.db('test').collection('runs').insertOne({});
    const runs = await client.db('test').collection('runs').countDocuments();
    await client.close();
    await database.stop();
    return runs;
  };
  expect([await run(), await run()]).toEqual([1, 2]);
});

test('another port is taken where that one is in use', async () => {
  const { port } = await start();
  const database = await begin({ dataDir: temporaryFolder(ends), port, env: noDownload });
  expect(database.uri).not.toContain(`:${port}/`);
});

describe('on a machine without a mongod', () => {
  const program = fileURLToPath(new URL('../../lib/dev/db.ts', import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

  /** A machine that has nothing, and a host to download from. */
  async function machine(manner: Manner) {
    const { asked, env } = await startDownloadHost(ends, manner, mongodArchive(uselessDownload));
    const home = temporaryFolder(ends);
    const note = join(home, '.data', 'download-failed.json');

    /** `npm run db` until it has told of its database, or has ended. */
    async function run(...args: string[]) {
      const child = spawn(process.execPath, ['--import', tsx, program, ...args], {
        cwd: home,
        env: { ...env, HOME: home, PATH: '' },
      });
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
        if (said.includes('Stop: Ctrl-C')) child.kill('SIGTERM');
      });
      const lines: string[] = [];
      createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
      const [code] = await once(child, 'close');
      return { code, lines, said };
    }
    return { asked, home, note, run };
  }

  test('the stand-in serves where nothing can be downloaded, and for a day nobody asks again', async () => {
    const { asked, note, run } = await machine(manners.missing);

    const first = await run();
    const askedOnce = asked.length;
    const second = await run();

    for (const { code, lines, said } of [first, second]) {
      expect(code).toBe(0);
      expect(lines[0]).toMatch(/^mongodb:/);
      expect(said).toMatch(
        /^Database: built-in stand-in .*could not be downloaded: .*404.*; tried again after /m,
      );
    }
    expect(askedOnce).toBeGreaterThan(0);
    expect(asked.length).toBe(askedOnce);

    const failed = JSON.parse(readFileSync(note, 'utf8'));
    writeFileSync(note, JSON.stringify({ ...failed, until: Date.now() - 1 }));
    await run();
    expect(asked.length).toBeGreaterThan(askedOnce);
  });

  test('what is downloaded is kept, and where it does not start the stand-in serves and says so', async () => {
    const { asked, run } = await machine(manners.whole);

    const first = await run();
    const askedOnce = asked.length;
    const second = await run();

    expect(first.said).toMatch(/Downloading MongoDB from 127\.0\.0\.1:\d+: 100 %/);
    expect(first.lines).toHaveLength(1);
    for (const { said } of [first, second]) {
      expect(said).toMatch(/mongodb-binaries.*does not start/);
      expect(said).toContain('Database: built-in stand-in');
    }
    expect(asked.length).toBe(askedOnce);
  });

  test('`--download` asks whatever is remembered, and is an error where that fails', async () => {
    const { asked, run } = await machine(manners.missing);
    await run();
    const askedOnce = asked.length;

    const { code, lines, said } = await run('--download');

    expect([code, lines]).toEqual([1, []]);
    expect(said).toMatch(/^MongoDB could not be downloaded: .*404/m);
    expect(asked.length).toBeGreaterThan(askedOnce);
  });
});
