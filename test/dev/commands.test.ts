import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../lib/dev/port.ts';
import { mongoDatabase } from '../support/database.ts';
import { runCommand as command, runNode as node, type Outcome } from '../support/run-command.ts';

/** A server that is not there, with a password that no message may show. */
const outOfReach = 'mongodb://someone:very-secret-password@127.0.0.1:9/?serverSelectionTimeoutMS=300';

const refuses = ({ code, output }: Outcome, what: RegExp) => {
  expect(output).toMatch(what);
  expect(output).not.toContain('very-secret-password');
  // In plain words: no stack.
  expect(output).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
};

describe('npm run db:prepare', () => {
  test('creates every index, and changes nothing when repeated', async () => {
    const database = mongoDatabase('commands');
    const env = { MONGODB_URI: database.uri, MONGODB_DB: database.name };

    const first = await command('db-prepare', [], env);
    const again = await command('db-prepare', [], env);

    expect(first.output).toContain('users.email_unique');
    expect(first.output.trimEnd().split('\n').at(-1)).toMatch(
      /^db:prepare: the database of MONGODB_URI is prepared/,
    );
    expect(again).toEqual(first);
    expect(first.code).toBe(0);
    await database.drop();
  });

  test('with --beside-older leaves documents in the form that the release before reads', async () => {
    const database = mongoDatabase('commands older');
    const env = { MONGODB_URI: database.uri, MONGODB_DB: database.name };
    const old = { _id: 'old' as never, emailKey: 'old@mail.test', passwordHash: 'hash', revision: 1 };
    await database.db().collection('users').insertOne(old);

    const beside = await command('db-prepare', ['--beside-older'], env);
    const left = await database.db().collection('users').findOne();
    const after = await command('db-prepare', [], env);

    expect(beside.code).toBe(0);
    expect(left).toEqual(old);
    expect(after.output).toContain('users: 1 were of the form of an older release');
    refuses(await command('db-prepare', ['--beside-olde'], env), /^db:prepare takes one option/);
    await database.drop();
  });

  test('says which variable is missing', async () => {
    refuses(await command('db-prepare', [], {}), /^MONGODB_URI is missing/);
  });

  test.each(['postgres', 'mysql', 'sqlite'])('says which one is missing for STORE=%s', async (STORE) => {
    const outcome = await command('db-prepare', [], { STORE, MONGODB_URI: outOfReach });

    refuses(outcome, /^DATABASE_URL is missing/);
    expect(outcome.output).toContain(`STORE=${STORE} DATABASE_URL=`);
  });

  test('makes the tables of a store in SQL, and nothing when repeated', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'commands-'));
    const env = { STORE: 'sqlite', DATABASE_URL: `sqlite:${join(folder, 'kept.sqlite')}` };

    const first = await command('db-prepare', [], env);
    const again = await command('db-prepare', [], env);
    const ended = await command('users', ['end-sessions', '--all'], env);

    const last = 'db:prepare: the database of DATABASE_URL is prepared; running it again changes nothing\n';
    expect(first.output).toMatch(/^ {2}001-\w+: made now\n/);
    expect(first.output.endsWith(last)).toBe(true);
    expect(again).toEqual({ code: 0, output: first.output.replaceAll('made now', 'was there') });
    expect(ended).toEqual({
      code: 0,
      output: 'users: 0 sessions ended, of everyone. Everybody signs in again\n',
    });
    await rm(folder, { recursive: true });
  });

  test.each([
    ['postgres', 'postgres://someone:very-secret-password@127.0.0.1:9/app'],
    ['mysql', 'mysql://someone:very-secret-password@127.0.0.1:9/app'],
    ['sqlite', 'sqlite:/nowhere/very-secret-password.sqlite'],
  ])(
    'says that the database of STORE=%s is out of reach, and not how it is reached',
    async (STORE, DATABASE_URL) => {
      refuses(
        await command('db-prepare', [], { STORE, DATABASE_URL }),
        /^Not prepared: DATABASE_URL \(\w+\): is /,
      );
    },
  );

  test('says which stores there are', async () => {
    refuses(await command('db-prepare', [], { STORE: 'mongo' }), /^STORE: mongodb, postgres, mysql, sqlite/);
  });

  test('says that the server is out of reach, and not how it is reached', async () => {
    refuses(await command('db-prepare', [], { MONGODB_URI: outOfReach }), /^Not prepared: MONGODB_URI/);
  });

  test('says that the connection string is none', async () => {
    const env = { MONGODB_URI: 'someone:very-secret-password@nowhere' };

    refuses(await command('db-prepare', [], env), /MONGODB_URI: a MongoDB connection string/);
  });
});

describe('npm run db', () => {
  test.each([
    ['sqlite', /^SQLite is a file, and needs no server/],
    ['mysql', /^No server of MySQL is started here: name one in DATABASE_URL/],
    ['mongo', /^STORE: mongodb, postgres, mysql, sqlite/],
  ])('starts no server for STORE=%s, and says why', async (STORE, why) => {
    refuses(await command('db', [], { STORE }), why);
  });
});

describe('npm run users', () => {
  test('says which variable of which store is missing', async () => {
    refuses(await command('users', ['end-sessions', '--all'], {}), /^MONGODB_URI is missing/);
    refuses(
      await command('users', ['end-sessions', '--all'], { STORE: 'postgres', MONGODB_URI: outOfReach }),
      /^DATABASE_URL is missing\. It names the database/,
    );
  });
});

describe('npm run users -- import', () => {
  test('reads a file or standard input, and exits with 1 where a line could not be taken', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'session-auth-users-'));
    const env = { STORE: 'sqlite', DATABASE_URL: `sqlite:${join(folder, 'users.sqlite')}` };
    const file = join(folder, 'users.ndjson');
    await writeFile(file, '{"email":"ada@mail.test"}\nno JSON\n');
    await command('db-prepare', [], env);

    const some = await command('users', ['import', file], env);
    const granted = await command('users', ['grant', 'ADA@mail.test', 'admin'], env);
    const missing = await command('users', ['import', join(folder, 'none')], env);
    const noFile = await command('users', ['import', folder], env);
    const away = await command('users', ['import', file], { MONGODB_URI: outOfReach });

    expect(some.code).toBe(1);
    expect(some.output).toMatch(
      /^line 2: is no JSON\nlines: 2\nusers: 1 were imported, 0 were there and left alone, 1 could not be taken\. Next: /,
    );
    expect(granted).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^users: ada@mail\.test has the roles admin/m),
    });
    refuses(missing, /the file cannot be read \(ENOENT\)/);
    refuses(noFile, /the file cannot be read \(EISDIR\)/);
    refuses(away, /MONGODB_URI does not answer .* Run it again/);
    await rm(folder, { recursive: true });
  });
});

describe('npm run dev', () => {
  test('needs a server for STORE=mysql, and says how to name it', async () => {
    const port = ['--port', String(await freePort())];

    refuses(await command('dev', port, { STORE: 'mysql' }), /^STORE=mysql needs a server .*DATABASE_URL/);
  });
});

describe('npm run deploy', () => {
  test('wants a stage', async () => {
    refuses(await command('deploy', [], {}), /^Which stage\? .*--stage prod/);
  });

  test.each(['dev', 'test'])('does not deploy the stage %s', async (stage) => {
    refuses(await command('deploy', ['--stage', stage], {}), /runs on one machine/);
  });
});

test('npm run package refuses a store that is for one machine, and says why', async () => {
  const env = { STORE: 'sqlite', DATABASE_URL: 'sqlite:very-secret-password' };

  refuses(await command('package', [], env), /STORE=sqlite .* an instance of Lambda keeps no file/);
});

test.each(['offline', 'offline start'])(
  '`npx serverless %s` by hand says what to run instead',
  async (by) => {
    const outcome = await node(['node_modules/serverless/bin/serverless.js', ...by.split(' ')], {});

    refuses(outcome, /Run instead: npm run dev$/m);
  },
);
