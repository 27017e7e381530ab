import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { environmentOf } from '../support/instance.ts';

const database = testDatabase('secrets_in_logs');
const program = fileURLToPath(new URL('../support/print-everything.ts', import.meta.url));

/** Secrets of the environment. */
const signing = 'the-newest-secret-that-signs-cookies-0123';
const older = 'an-older-secret-that-still-verifies-01234';
const pepper = 'a-pepper-for-every-password-hash';
const origin = 'what-the-cdn-in-front-sends';
const uriPassword = 'of-the-database-user';

interface Printed {
  /** All of standard output and standard error. */
  output: string;
  secrets: string[];
  statuses: Record<string, number>;
}

/** Runs every function on every route in a process of its own, and reads what it prints. */
async function printed(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Printed> {
  const child = fork(program, args, {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      STAGE: 'test',
      LOG_LEVEL: 'DEBUG',
      METRICS: 'routes',
      BCRYPT_COST: '10',
      RATE_LIMIT_FACTOR: '1000',
      SESSION_SECRETS: `${signing},${older}`,
      PASSWORD_PEPPER: pepper,
      ORIGIN_SECRET: `${origin},${origin}-before`,
      ...environment,
    },
  });
  const output = Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
  ]);
  const told = new Promise<Omit<Printed, 'output'>>((resolve) =>
    child.once('message', resolve as () => void),
  );
  const ended = once(child, 'exit');
  const [code] = await ended;
  const all = (await output).join('\n');
  if (code !== 0) throw new Error(`the program ended with ${code}:\n${all.slice(-3000)}`);
  return { output: all, ...(await told) };
}

/** Those of the secrets that stand in the output. */
const leaked = ({ output, secrets }: Printed) =>
  [...secrets, signing, older, pepper, origin, uriPassword].filter((each) => output.includes(each));

const requestLines = ({ output }: Printed) =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ message }) => message === 'request');

describe('what every function prints on every route', () => {
  let run: Printed;

  beforeAll(async () => {
    await database.prepare();
    run = await printed(environmentOf(database));
  }, 120_000);
  afterAll(() => database.drop());

  test('ASVS 16.2.5: holds no password, cookie, session id, token or secret', () => {
    expect(run.secrets.length).toBeGreaterThan(20);
    expect(leaked(run)).toEqual([]);
  });

  test('holds no e-mail address', () => {
    expect(run.output).not.toMatch(/rock\.example\.com/);
  });

  test('is one line for each request, and no stack of an error of ours', () => {
    const lines = requestLines(run);
    const answered = Object.values(run.statuses).reduce((sum, each) => sum + each, 0);

    expect(lines.length).toBeGreaterThanOrEqual(answered);
    expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(lines.length);
    expect(Object.keys(run.statuses).filter((status) => Number(status) >= 500)).toEqual([]);
    expect(Object.keys(run.statuses)).toEqual(
      expect.arrayContaining(['200', '201', '204', '400', '401', '422']),
    );
  });
});

test('ASVS 16.2.5: nor does it hold a secret while the database is away', async () => {
  const run = await printed({ MONGODB_URI: `mongodb://someone:${uriPassword}@127.0.0.1:1/` }, 'outage');

  expect(run.statuses['503']).toBeGreaterThan(10);
  expect(run.output).toContain('unavailable');
  expect(leaked(run)).toEqual([]);
}, 120_000);
