import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildHandlers } from '../../lib/dev/build.ts';
import { type Config, readConfig } from '../../lib/store/read-config.ts';

const root = resolve(import.meta.dirname, '../..');
const database = { MONGODB_URI: 'mongodb://127.0.0.1:1/' };
const sessions = { SESSION_SECRETS: 'a secret of the stage test and of nothing else' };
const http = { PUBLIC_URL: 'https://example.com' };
const mail = { ...http, MAIL_FROM: 'a@example.com' };

/** What each function needs of the environment in a deployed stage, beside STAGE. */
const needed: Record<string, Record<string, string>> = {
  account: { ...http, ...database, ...sessions },
  auth: { ...http, ...database, ...sessions },
  authorizer: { ...database, ...sessions },
  docs: http,
  example: http,
  health: { ...http, ...database },
  mail: { ...mail, ...database },
  pages: { ...http, ...database, ...sessions },
  sessions: { ...http, ...database, ...sessions },
  sweep: database,
};
const everything = Object.assign({}, ...Object.values(needed)) as Record<string, string>;

let dist: string;

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'stages-'));
  await buildHandlers({ handlersDir: join(root, 'handlers'), outDir: dist });
}, 120_000);
afterAll(() => rm(dist, { recursive: true, force: true }));

/** Starts an instance of a function as Lambda does, and tells whether it came up, or what it said. */
function started(name: string, env: Record<string, string>): Promise<string> {
  const script = `import(${JSON.stringify(join(dist, `${name}.mjs`))}).then(() => process.exit(), (error) => {
    console.error(error.message);
    process.exit(1);
  })`;
  return new Promise((done) => {
    execFile(process.execPath, ['-e', script], { env: { ...env } }, (error, _stdout, stderr) =>
      done(error ? stderr : 'started'),
    );
  });
}

/** The variables that a message of a bad configuration names. */
const named = (said: string) => [...said.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name);

describe.each(Object.entries(needed))('the function %s', (name, env) => {
  test('starts with what it uses, and with nothing else', async () => {
    expect(await started(name, { STAGE: 'prod', ...env })).toBe('started');
  }, 60_000);

  test('names all of it that is missing, the stage first, and nothing of what others use', async () => {
    const said = await started(name, { LOG_LEVEL: 'INFO', BCRYPT_COST: name === 'docs' ? 'bad' : '' });

    // Without a stage nothing is said of what only a deployed one needs.
    expect(named(said)).toEqual(['STAGE', ...Object.keys({ ...env }).filter((key) => !(key in mail))]);
  }, 60_000);

  test('does not start as dev or test inside of Lambda', async () => {
    const insideLambda = { ...everything, AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001' };

    for (const STAGE of ['dev', 'test'])
      expect(named(await started(name, { ...insideLambda, STAGE }))).toEqual(['STAGE']);
    expect(await started(name, { ...insideLambda, STAGE: 'prod' })).toBe('started');
  }, 60_000);
});

describe('a stage', () => {
  const inside = { ...everything, AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001' };
  const spellings = [
    'dev',
    'test',
    'Dev',
    'DEV',
    'tEST',
    'dev ',
    ' test',
    'dev\n',
    '\tdev',
    'ｄｅｖ',
    'de\u200bv',
    '',
    '  ',
  ];

  test.each(spellings)(
    'spelled %j never opens the outbox inside of Lambda, nor cookies without Secure',
    (STAGE) => {
      expect(() => readConfig({ ...inside, STAGE })).toThrow(/^ {2}STAGE: /m);
    },
  );

  test.each(['', ' ', undefined])('%j is not guessed anywhere', (STAGE) => {
    expect(() => readConfig({ ...everything, STAGE })).toThrow(/^ {2}STAGE: /m);
  });

  test.each(['prod', 'development', 'tests', 'dev2', 'no-dev', 'Production'])('%s is deployed', (STAGE) => {
    const config: Config = readConfig({ ...inside, STAGE });

    expect(config).toMatchObject({ stage: STAGE, deployed: true, cookieName: '__Host-session' });
  });

  test('is dev under serverless-offline too, whatever its machine has of Lambda', () => {
    expect(readConfig({ ...inside, STAGE: 'dev', IS_OFFLINE: 'true' }).deployed).toBe(false);
  });
});

describe('the database', () => {
  const databaseOf = (uri: string, name?: string) =>
    readConfig({ STAGE: 'test', MONGODB_URI: uri, MONGODB_DB: name }, 'database').mongodbDatabase;

  test.each([
    ['mongodb://h', 'session_auth'],
    ['mongodb://h/', 'session_auth'],
    ['mongodb://h/?w=1', 'session_auth'],
    ['mongodb://h/shop', 'shop'],
    ['mongodb://u:p@a:1,b:2/shop?replicaSet=rs0', 'shop'],
    ['mongodb+srv://u:p%2Fq@cluster.example.com/my-shop?w=majority', 'my-shop'],
    [' mongodb://h/caf%C3%A9 ', 'café'],
  ])('of %s is %s', (uri, name) => {
    expect(databaseOf(uri)).toBe(name);
    expect(databaseOf(uri, 'other')).toBe('other');
  });

  test.each(['admin', 'config', 'local', 'a.b', 'a%20b', 'a$b', 'x'.repeat(64)])(
    'named %s by the URI has to be chosen by MONGODB_DB',
    (name) => {
      const uri = `mongodb://u:p@h/${name}`;

      expect(() => databaseOf(uri)).toThrow(/^ {2}MONGODB_DB: /m);
      expect(databaseOf(uri, 'shop')).toBe('shop');
    },
  );
});
