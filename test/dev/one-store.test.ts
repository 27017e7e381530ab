import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeKinds } from '../../lib/base/store-kind.ts';
import { esbuildOptions, handlerFiles, writeBundles } from '../../lib/dev/build.ts';

const root = resolve(import.meta.dirname, '../..');
const handlersDir = join(root, 'handlers');

/** Packages by which a store is reached; no bundle of another carries any. */
const driversOf = {
  mongodb: ['mongodb', 'bson', 'connect-mongo', 'rate-limiter-flexible'],
  postgres: ['knex', 'connect-session-knex', 'pg', 'pg-pool', 'pg-protocol'],
  mysql: ['knex', 'connect-session-knex', 'mysql2'],
  sqlite: ['knex', 'connect-session-knex'],
};
const drivers = new Set([...Object.values(driversOf).flat(), 'libsql']);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'one-store-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const environmentOf = (store: (typeof storeKinds)[number]): Record<string, string> => ({
  STAGE: 'prod',
  STORE: store,
  SESSION_SECRETS: 'a secret of the build test and of nothing else',
  PUBLIC_URL: 'https://example.com',
  MAIL_FROM: 'a@example.com',
  ...(store === 'mongodb' && { MONGODB_URI: 'mongodb://127.0.0.1:1' }),
  ...(store === 'sqlite'
    ? // Its driver is native: no bundle carries it.
      { DATABASE_URL: 'sqlite:/nowhere/none.sqlite', NODE_PATH: join(root, 'node_modules') }
    : { DATABASE_URL: `${store}://127.0.0.1:1/none` }),
});

const folderOf = (store: (typeof storeKinds)[number]) => join(folder, store);

/** Builds every function for one store, and tells what went into it. */
async function builtFor(store: (typeof storeKinds)[number]): Promise<Metafile> {
  const outDir = folderOf(store);
  const options = esbuildOptions({ handlersDir, outDir, store });
  const result = await build({ ...options, absWorkingDir: root, metafile: true });
  await mkdir(outDir);
  await writeBundles(result, outDir);
  return result.metafile;
}

/** What of each bundle is read, by file; external packages by name. */
function sourcesOf(metafile: Metafile): string[] {
  const outputs = Object.values(metafile.outputs);
  const read = outputs.flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file]?.bytesInOutput && !file.startsWith('another-store:')),
  );
  const external = outputs.flatMap(({ imports }) => imports.map(({ path }) => `node_modules/${path}/`));
  return [...new Set([...read, ...external])];
}

/** Starts instances of bundles in a process that has nothing else; tells whether they came up, or what was said. */
function started(files: string[], env: Record<string, string>): Promise<string> {
  const imports = files.map((file) => `import(${JSON.stringify(file)})`);
  const script = `Promise.all([${imports.join()}]).then(() => process.exit(), (error) => {
    console.error(error.message);
    process.exit(1);
  })`;
  return new Promise((done) => {
    execFile(process.execPath, ['-e', script], { env }, (error, _stdout, stderr) =>
      done(error ? stderr.slice(-1500) : 'started'),
    );
  });
}

describe.each(storeKinds)('a bundle for STORE=%s', (store) => {
  let metafile: Metafile;
  beforeAll(async () => {
    metafile = await builtFor(store);
  });

  test('carries no code and no driver of another store', () => {
    const sources = sourcesOf(metafile);
    const foreign = [...drivers].filter((name) => !driversOf[store].includes(name));
    const ofOthers = storeKinds.filter((each) => each !== store).map((each) => `dialects/${each}`);

    const strays = sources.filter(
      (file) =>
        foreign.some((name) => file.includes(`node_modules/${name}/`)) ||
        file.includes(store === 'mongodb' ? 'lib/store/sql/' : 'lib/store/mongo/') ||
        ofOthers.some((dialect) => file.includes(dialect)),
    );
    expect(sources.length).toBeGreaterThan(100);
    expect(strays).toEqual([]);
    for (const own of driversOf[store])
      expect(sources.some((file) => file.includes(`node_modules/${own}/`))).toBe(true);
  });

  test('starts each function without its database', async () => {
    const files = handlerFiles(handlersDir).map((file) => `${basename(file, '.ts')}.mjs`);

    expect(files.length).toBeGreaterThan(1);
    expect(
      await started(
        files.map((file) => join(folderOf(store), file)),
        environmentOf(store),
      ),
    ).toBe('started');
  });

  test('does not start for another store, and says why', async () => {
    const [other = ''] = storeKinds.filter((each) => each !== store);

    for (const STORE of [other, ...(store === 'mongodb' ? [] : [''])]) {
      const said = await started([join(folderOf(store), 'authorizer.mjs')], {
        ...environmentOf(store),
        STORE,
      });

      expect(said).toMatch(new RegExp(`^ {2}STORE: this was built for ${store} `, 'm'));
    }
  });

  test('starts what opens no database, whatever STORE says', async () => {
    const env = { STAGE: 'prod', PUBLIC_URL: 'https://example.com' };

    expect(await started([join(folderOf(store), 'docs.mjs')], env)).toBe('started');
  });
});
