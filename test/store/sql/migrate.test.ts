import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { databaseBudgetMs } from '../../../lib/store/budget.ts';
import { dialectOf, openSql } from '../../../lib/store/open-sql.ts';
import { readConfig } from '../../../lib/store/read-config.ts';
import { createKnex } from '../../../lib/store/sql/client.ts';
import { migrate } from '../../../lib/store/sql/migrate.ts';
import { migrations } from '../../../lib/store/sql/migrations/migrations.ts';
import { prepareSql } from '../../../lib/store/sql/prepare.ts';
import { createSqlStore } from '../../../lib/store/sql/store.ts';
import { sqlTestDatabase } from '../../support/database.ts';
import { environmentOf } from '../../support/instance.ts';

const run = promisify(execFile);
const { kind, create, drop } = await sqlTestDatabase('migrate');
const dialect = dialectOf(kind);
afterAll(drop);

/** All of them, oldest first. */
const steps = migrations.map(({ name }) => name);

const environmentFor = (uri: string) => ({ STAGE: 'test', ...environmentOf({ uri, name: '' }) });

function storeOn(uri: string) {
  return createSqlStore(openSql(readConfig(environmentFor(uri), 'database')));
}

test('makes each step once, and nothing when it is repeated', async () => {
  const databaseUrl = await create();

  expect(await migrate({ databaseUrl, sessionCollection: 'sessions' }, dialect)).toEqual(steps);
  expect(await migrate({ databaseUrl, sessionCollection: 'sessions' }, dialect)).toEqual([]);
});

test('of three runs at once one makes it, and all end well', async () => {
  const databaseUrl = await create();

  const env = { ...process.env, ...environmentOf({ uri: databaseUrl, name: '' }) };
  const runs = [1, 2, 3].map(() =>
    run(process.execPath, ['--import', 'tsx', 'lib/dev/db-prepare.ts'], { env }),
  );

  const printed = (await Promise.all(runs)).map(({ stdout }) => stdout).join('');

  for (const step of steps)
    expect(printed.match(new RegExp(`${step}: .*`, 'g'))?.sort()).toEqual([
      `${step}: made now`,
      `${step}: was there`,
      `${step}: was there`,
    ]);
});

test('adds to the schema of a release before, and keeps what is there', async () => {
  const databaseUrl = await create();
  const config = { databaseUrl, sessionCollection: 'sessions' };
  const [oldest, ...later] = migrations;
  await migrate(config, dialect, oldest ? [oldest] : []);
  const knex = createKnex(databaseUrl, dialect, 1);
  const time = Date.now();
  await knex('users').insert({ id: 'u', email: 'a@b.test', email_key: 'a@b.test', created_at: time });
  await knex('sessions').insert({
    ...{ id: 's', user_id: 'u', created_at: time, last_seen_at: time, expires_at: time + 60_000 },
    ...{ remember: 1, data: '{}' },
  });
  await knex.destroy();
  const store = storeOn(databaseUrl);
  expect(await store.missing('all')).toEqual(later.map(({ name }) => name));

  expect(await migrate(config, dialect)).toEqual(later.map(({ name }) => name));

  const user = await store.users.find('u');
  expect([user?.credentials.factors, user?.language]).toEqual([undefined, null]);
  const found = await store.sessions.find('s');
  expect(found?.session).toMatchObject({ id: 's', createdAt: new Date(time) });
  expect([found?.session.waiting, found?.session.providerSession]).toEqual([undefined, undefined]);
  await store.close();
});

test('goes on where it was interrupted', async () => {
  const databaseUrl = await create();
  const knex = createKnex(databaseUrl, dialect, 1);
  await migrate({ databaseUrl, sessionCollection: 'sessions' }, dialect);
  // As MySQL has it, whose tables are made outside of the transaction.
  await knex('schema_migrations').delete();
  await knex.schema.dropTable('outbox');
  await knex.destroy();

  expect(await migrate({ databaseUrl, sessionCollection: 'sessions' }, dialect)).toEqual(steps);

  const store = storeOn(databaseUrl);
  expect(await store.outbox.list(1)).toEqual([]);
  await store.close();
});

test.for([
  ['outbox', 'of another application', ['id', 'payload', 'expires_at']],
  ['sessions', 'of connect-session-knex', ['sid', 'sess', 'expired']],
  ['schema_migrations', 'of another tool', ['version']],
] as const)('leaves a table %s alone that is %s, and says so', async ([table, , columns]) => {
  const databaseUrl = await create();
  const knex = createKnex(databaseUrl, dialect, 1);
  await knex.schema.createTable(table, (made) => {
    for (const column of columns) made.string(column);
  });
  await knex(table).insert({ [columns[0]]: '1' });

  const prepared = run(process.execPath, ['--import', 'tsx', 'lib/dev/db-prepare.ts'], {
    env: { ...process.env, ...environmentOf({ uri: databaseUrl, name: '' }) },
  });

  await expect(prepared).rejects.toMatchObject({
    stderr: expect.stringContaining(`the table ${table} is another application's`),
  });
  expect(await knex(table).select()).toHaveLength(1);
  await knex.destroy();
});

test('waits longer than a request for another run', async ({ skip }) => {
  if (kind !== 'postgres') return skip('SQLite has a limit of its own; MySQL waits a minute');
  const databaseUrl = await create();
  const knex = createKnex(databaseUrl, dialect, 1);
  await migrate({ databaseUrl, sessionCollection: 'sessions' }, dialect);
  await knex('schema_migrations').delete();
  const held = await knex.transaction();
  await dialect.lockSchema(held);

  const made = migrate({ databaseUrl, sessionCollection: 'sessions' }, dialect);
  await Promise.race([made, delay(databaseBudgetMs + 1500)]);
  await held.rollback();

  expect(await made).toEqual(steps);
  await knex.destroy();
});

test('a table that a long transaction uses is waited for a moment, and people are served meanwhile', async ({
  skip,
}) => {
  if (kind === 'sqlite') return skip('SQLite has one writer');
  const databaseUrl = await create();
  const config = { databaseUrl, sessionCollection: 'sessions' };
  const [oldest, ...later] = migrations;
  await migrate(config, dialect, oldest ? [oldest] : []);
  const knex = createKnex(databaseUrl, dialect, 2);
  const backup = await knex.transaction();
  await backup('users').select();

  const preparing = prepareSql({ ...readConfig(environmentFor(databaseUrl), 'database') }, dialect);
  const refused = expect(preparing).rejects.toMatchObject({
    name: 'PrepareError',
    hint: expect.stringMatching(/a long transaction, .* Run it again/),
  });
  await delay(1000);
  const startedAt = performance.now();
  await knex('users').select();
  const waitedMs = performance.now() - startedAt;
  await refused;
  await backup.rollback();

  expect(waitedMs).toBeLessThan(databaseBudgetMs);
  expect(await migrate(config, dialect)).toEqual(later.map(({ name }) => name));
  await knex.destroy();
});

test('a sweep that waits for a row leaves it where it has been renewed', async ({ skip }) => {
  if (kind === 'sqlite') return skip('SQLite has one writer');
  const databaseUrl = await create();
  await migrate({ databaseUrl, sessionCollection: 'sessions' }, dialect);
  const store = storeOn(databaseUrl);
  const knex = createKnex(databaseUrl, dialect, 1);
  const now = new Date();
  await store.repeats.put('renewed', 'one', now);
  const renewal = await knex.transaction();
  await renewal('repeats')
    .where({ id: 'renewed' })
    .update({ expires_at: now.getTime() + 60_000 });

  const sweeping = store.sweep?.(now, () => true);
  // Long enough to be waiting for the row.
  await Promise.race([sweeping, delay(700)]);
  await renewal.commit();

  expect(Object.values((await sweeping) ?? {}).filter((count) => count > 0)).toEqual([]);
  expect(await store.repeats.find('renewed', now)).toBe('one');
  await knex.destroy();
  await store.close();
});

test('a database that was not prepared is 503 not_prepared, and says what is missing', async () => {
  const databaseUrl = await create();
  const store = storeOn(databaseUrl);

  expect(await store.missing('all')).toEqual(steps);
  await expect(store.sessions.find('id')).rejects.toMatchObject({ code: 'not_prepared', status: 503 });
  await expect(store.users.takeSeat(new Date())).rejects.toMatchObject({ code: 'not_prepared' });

  await migrate({ databaseUrl, sessionCollection: 'sessions' }, dialect);
  expect(await store.missing('all')).toEqual([]);
  expect(await store.sessions.find('id')).toBeNull();
  await store.close();
});

test('a kind that cannot be swept keeps nothing from the others, and is told of', async () => {
  const databaseUrl = await create();
  await migrate({ databaseUrl, sessionCollection: 'sessions' }, dialect);
  const store = storeOn(databaseUrl);
  const knex = createKnex(databaseUrl, dialect, 1);
  const now = new Date();
  await store.mailJobs.note('over', now);
  await knex.schema.dropTable('tokens');

  await expect(store.sweep?.(now, () => true)).rejects.toMatchObject({ code: 'not_prepared' });

  expect(await knex('mail_jobs').select()).toEqual([]);
  await knex.destroy();
  await store.close();
});

test('the sweep removes what is over and nothing else, in pieces, and stops where it is told to', async () => {
  const databaseUrl = await create();
  await migrate({ databaseUrl, sessionCollection: 'sessions' }, dialect);
  const store = storeOn(databaseUrl);
  const knex = createKnex(databaseUrl, dialect, 1);
  const now = new Date('2026-01-01T12:00:00Z');
  const job = (at: number, over: boolean) => ({
    id: `${over ? 'over' : 'live'}-${at}`,
    expires_at: now.getTime() + (over ? 0 : 1),
  });
  const jobs = Array.from({ length: 1300 }, (_, at) => job(at, true));
  await knex.batchInsert('mail_jobs', [...jobs, job(0, false)], 50);
  await store.repeats.put('over', 'one', now);

  let asked = 0;
  const stopped = await store.sweep?.(now, () => {
    asked += 1;
    return asked < 10;
  });
  const rest = await store.sweep?.(now, () => true);

  const total = (stopped?.mailJobs ?? 0) + (rest?.mailJobs ?? 0);
  expect([total, (stopped?.repeats ?? 0) + (rest?.repeats ?? 0)]).toEqual([1300, 1]);
  expect(asked).toBe(10);
  expect(await store.mailJobs.has('live-0')).toBe(true);
  await knex.destroy();
  await store.close();
});
