import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dialectOf } from '../../../lib/store/open-sql.ts';
import type { Db } from '../../../lib/store/sql/client.ts';
import { migrate } from '../../../lib/store/sql/migrate.ts';
import { sqlTestDatabase } from '../../support/database.ts';
import { createClient, eventSource } from '../../support/events.ts';
import { environmentOf, type Instance, type LogLine, startInstance } from '../../support/instance.ts';
import { person } from '../../support/person.ts';
import { runCommand } from '../../support/run-command.ts';
import { type LimitedDatabase, limitedDatabase } from '../../support/sql-user.ts';

const { kind, create, drop } = await sqlTestDatabase('access');
const dialect = dialectOf(kind);
const instances: Instance[] = [];
const mayFail = { expect5xx: true } as const;
let limited: LimitedDatabase | undefined;
let whyNot = kind === 'sqlite' ? 'SQLite has no users' : '';

beforeAll(async () => {
  if (kind === 'sqlite') return;
  try {
    limited = await limitedDatabase(kind);
  } catch (error) {
    whyNot = `the tests' user may make no other: ${(error as { code?: string }).code}`;
  }
});
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.end()));
  await limited?.drop();
  await drop();
});

const prepare = (databaseUrl: string) => migrate({ databaseUrl, sessionCollection: 'sessions' }, dialect);

function startOn(uri: string): Instance {
  const instance = startInstance({ database: { uri, name: '' } });
  instances.push(instance);
  return instance;
}

/** What the log says of the failure of a request, and what the request was answered. */
async function signUpOn(instance: Instance) {
  instance.log.length = 0;
  const { auth, email, password } = person({ instance });
  const answer = await auth.post('/auth/sign-up', { email, password }, mayFail);
  return { answer: [answer.status, answer.json().code], told: hintsIn(instance.log) };
}

async function readinessOn({ handlers }: Instance) {
  const client = createClient(handlers.health, eventSource('HTTP API, payload 2.0'));
  const answer = await client.get('/health/ready', mayFail);
  return [answer.status, answer.json().code];
}

const hintsIn = (log: readonly LogLine[]) =>
  log.filter(({ level }) => level === 'warn').map(({ fields }) => String(fields.hint));

/** Runs a command of `lib/dev`; in plain words, it ends with 1. */
async function refused(name: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, output } = await runCommand(name, args, env);
  expect(code).toBe(1);
  expect(output).not.toMatch(/^\s+at /m);
  return output;
}

describe('a user without rights', () => {
  test('on a table is 503 unavailable, the log says which and what to grant, and once it has them all works', async ({
    skip,
  }) => {
    if (!limited) return skip(whyNot);
    await prepare(limited.ownersUrl);
    await limited.grant('select', 'schema_migrations');
    const instance = startOn(limited.url);

    const first = await signUpOn(instance);
    await limited.grant('select, insert, update, delete', 'limits');
    const second = await signUpOn(instance);
    await limited.grant('select, insert, update, delete');
    const third = await signUpOn(instance);

    expect([first.answer, second.answer]).toEqual([
      [503, 'unavailable'],
      [503, 'unavailable'],
    ]);
    expect(first.told[0]).toMatch(
      /^the user of DATABASE_URL may not do this on \w+: grant it select, insert/,
    );
    expect(second.told[0]).toMatch(
      /may not do this on (repeats|users|events|sign_ups): grant it select, insert/,
    );
    expect(third.answer).toEqual([201, undefined]);
  });

  test('to create tables is told so by db:prepare', async ({ skip }) => {
    if (!limited) return skip(whyNot);
    const empty = await limitedDatabase(kind);

    const told = await refused('db-prepare', [], environmentOf({ uri: empty.url, name: '' }));
    await empty.drop();

    expect(told).toMatch(
      /^Not prepared: DATABASE_URL \(\w+\): the user of DATABASE_URL may not do this: grant it to create/,
    );
  });
});

/** What goes wrong with an address, what the log or a command says then, and what is no secret of it. */
const wrong: [what: string, parts: { password?: string; database?: string }, hint: RegExp][] = [
  ['a wrong password', { password: 'very-secret-password' }, /the server refuses the user or password of /],
  [
    'a database that is not there',
    { database: 'very_secret_database' },
    /has no such database|may not do this/,
  ],
];

describe.each(wrong)('%s', (_what, parts, hint) => {
  test('is 503 unavailable, readiness too, and the log says what to put right', async ({ skip }) => {
    if (!limited) return skip(whyNot);
    const instance = startOn(limited.urlWith(parts));

    const { answer, told } = await signUpOn(instance);

    expect(answer).toEqual([503, 'unavailable']);
    expect(await readinessOn(instance)).toEqual([503, 'unavailable']);
    expect(told[0]).toMatch(hint);
    expect(JSON.stringify(instance.log)).not.toMatch(/very.secret/);
  });

  test('is told by every command that asks the database', async ({ skip }) => {
    if (!limited) return skip(whyNot);
    const uri = limited.urlWith(parts);
    const env = environmentOf({ uri, name: '' });
    const other = await create();
    await prepare(other);

    const told = await Promise.all([
      refused('users', ['end-sessions', '--all'], env),
      refused('db-prepare', [], env),
      refused('db-copy', ['--from', uri, '--to', other]),
      refused('db-copy', ['--from', other, '--to', uri]),
    ]);

    for (const each of told) expect(each).toMatch(hint);
    expect(told.join('')).not.toMatch(/very.secret/);
    expect(told[0]).toMatch(
      /^DATABASE_URL refuses \(\w+\): .*; it is not sure that anything was done\. Run it again\.$/m,
    );
    expect(told[1]).toMatch(/^Not prepared: DATABASE_URL /);
    expect(told[2]).toMatch(/^db:copy: the database of --from failed \(\w+\): /);
    expect(told[3]).toMatch(/^db:copy: the database of --to failed \(\w+\): /);
  });
});

test('a database that is not prepared is told so by the log and by the command users, which say what to do', async () => {
  const uri = await create();
  const instance = startOn(uri);

  const { answer, told } = await signUpOn(instance);
  const ended = await refused('users', ['end-sessions', '--all'], environmentOf({ uri, name: '' }));

  expect(answer).toEqual([503, 'not_prepared']);
  expect(await readinessOn(instance)).toEqual([503, 'not_prepared']);
  expect(told[0]).toMatch(/^npm run db:prepare makes what is missing/);
  expect(ended).toMatch(
    /^The database of DATABASE_URL is not prepared: run npm run db:prepare with the same/,
  );
});

test('a schema that its user may not use is as one that is not there', async ({ skip }) => {
  if (kind !== 'postgres') return skip('schemas are PostgreSQL’s');
  if (!limited) return skip(whyNot);
  const own = await limitedDatabase(kind);
  await prepare(own.ownersUrl);
  await own.owner.raw('revoke usage on schema public from public');

  const { answer, told } = await signUpOn(startOn(own.url));
  const prepared = await refused('db-prepare', [], environmentOf({ uri: own.url, name: '' }));
  await Promise.all(instances.splice(0).map((each) => each.end()));
  await own.drop();

  expect(answer).toEqual([503, 'not_prepared']);
  expect(told[0]).toMatch(/^npm run db:prepare makes/);
  expect(prepared).toMatch(/in PostgreSQL that is create and usage on the schema/);
});

test('a file that takes no writes, or is none of SQLite, is 503 unavailable, and the log says so', async ({
  skip,
}) => {
  if (kind !== 'sqlite') return skip('files are SQLite’s');
  const [kept, other] = [await create(), await create()];
  await prepare(kept);
  await writeFile(other.slice('sqlite:'.length), 'of another program'.repeat(100));
  const readOnly = startOn(kept);
  // The same refusal as of a file without the right to write, which does not hold for root.
  await readOnly.link.run((db: Db) => db.raw('pragma query_only = 1', []));

  const outcomes = [await signUpOn(readOnly), await signUpOn(startOn(other))];
  const ended = await refused('users', ['end-sessions', '--all'], environmentOf({ uri: other, name: '' }));

  for (const { answer, told } of outcomes) {
    expect(answer).toEqual([503, 'unavailable']);
    expect(told[0]).toMatch(/^the file of DATABASE_URL is none of SQLite, or this process may not write it/);
  }
  expect(ended).toMatch(
    /^DATABASE_URL refuses \(SQLITE_NOTADB\): the file of DATABASE_URL is none of SQLite/,
  );
});
