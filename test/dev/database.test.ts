import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterEach, expect, test } from 'vitest';
import { startDatabase } from '../../lib/dev/database.ts';
import { freePort } from '../../lib/dev/port.ts';
import { serverStarter, temporaryFolder } from '../support/mongo-server.ts';

const { ends, start } = serverStarter();

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

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
  const database = await begin({ env: { PATH: uselessFolder } });
  expect(database.description).not.toContain(uselessFolder);
});

test('data and port stay between runs', async () => {
  const dataDir = temporaryFolder(ends);
  const port = await freePort();
  const run = async () => {
    const database = await begin({ dataDir, port, env: {} });
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
  const database = await begin({ dataDir: temporaryFolder(ends), port, env: {} });
  expect(database.uri).not.toContain(`:${port}/`);
});
