import { afterAll, expect, test } from 'vitest';
import type { Store } from '../../../lib/store/contract.ts';
import { dialectOf, openSql } from '../../../lib/store/open-sql.ts';
import { readConfig } from '../../../lib/store/read-config.ts';
import { createKnex } from '../../../lib/store/sql/client.ts';
import { migrate } from '../../../lib/store/sql/migrate.ts';
import type { Migration } from '../../../lib/store/sql/migrations/migration.ts';
import { migrations } from '../../../lib/store/sql/migrations/migrations.ts';
import { createSqlStore } from '../../../lib/store/sql/store.ts';
import { sqlTestDatabase } from '../../support/database.ts';
import { environmentOf, startInstance } from '../../support/instance.ts';
import { signedUp } from '../../support/person.ts';
import { addUser, later, noon, randomId } from '../contract/new-user.ts';
import { sessionsContract } from '../contract/sessions.ts';

const { kind, create, drop } = await sqlTestDatabase('session_table');
const dialect = dialectOf(kind);
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
  await drop();
});

function storeOn(uri: string, sessions: string): Store {
  const environment = { STAGE: 'test', ...environmentOf({ uri, name: '' }), SESSION_COLLECTION: sessions };
  const store = createSqlStore(openSql(readConfig(environment, 'database')));
  closing.push(store.close);
  return store;
}

const prepare = (databaseUrl: string, sessionCollection: string, steps?: readonly Migration[]) =>
  migrate({ databaseUrl, sessionCollection }, dialect, steps);

/** All of them, oldest first. */
const steps = migrations.map(({ name }) => name);

/** A word of SQL, which stands nowhere without its quotes. */
const word = 'order';
const ofWord = await create();
await prepare(ofWord, word);
sessionsContract(async () => storeOn(ofWord, word));

const newSession = (userId: string) => ({
  id: randomId(),
  ...{ createdAt: noon, lastSeenAt: noon, expires: later(60), fields: new Map() },
  signedIn: {
    ...{ userId, methods: [], assurance: 1 as const, authenticatedAt: noon, credentialsVersion: 1 },
    ...{ ip: null, userAgent: null },
  },
});

test('a session is neither read nor made on a table of a release before', async () => {
  const databaseUrl = await create();
  await prepare(databaseUrl, 'sessions', migrations.slice(0, -2));
  const store = storeOn(databaseUrl, 'sessions');
  const { id: userId } = await addUser(store.users);
  const notPrepared = { code: 'not_prepared', status: 503 };

  expect(await store.missing('all')).toEqual(steps.slice(-2));
  await expect(store.sessions.insert(() => newSession(userId))).rejects.toMatchObject(notPrepared);
  await expect(store.sessions.listByProviderSession('any', 1)).rejects.toMatchObject(notPrepared);
});

test('two tables of sessions in one database share all but sessions', async () => {
  const databaseUrl = await create();
  await prepare(databaseUrl, 'sessions');
  await prepare(databaseUrl, 'other_sessions');
  const [one, other] = [storeOn(databaseUrl, 'sessions'), storeOn(databaseUrl, 'other_sessions')];
  const { id: userId } = await addUser(one.users);
  const session = newSession(userId);
  await one.sessions.insert(() => session);

  expect((await other.users.find(userId))?.id).toBe(userId);
  expect(await other.sessions.find(session.id)).toBeNull();
  expect(await other.sessions.endAll()).toBe(0);
  expect(await other.sweep?.(later(60), () => true)).toMatchObject({ sessions: 0 });
  expect((await one.sessions.find(session.id))?.user?.id).toBe(userId);
  expect([one, other].map(({ collections }) => collections.sessions)).toEqual(['sessions', 'other_sessions']);
  expect(await one.sweep?.(later(60), () => true)).toMatchObject({ sessions: 1 });
});

test('everything that an instance does, it does on the table that is named', async () => {
  const uri = await create();
  await prepare(uri, 'visits');
  const instance = startInstance({
    database: { uri, name: '' },
    environment: { SESSION_COLLECTION: 'visits' },
  });
  closing.push(instance.end);

  const someone = await signedUp({ instance });
  expect(await someone.status()).toBe(200);
  expect((await someone.elsewhere().signIn()).status).toBe(200);
  expect((await someone.sessions.get('/sessions')).json().sessions).toHaveLength(2);
  expect((await someone.auth.post('/auth/sign-out')).status).toBe(204);
  expect(await someone.status()).toBe(401);

  const knex = createKnex(uri, dialect, 1);
  closing.push(() => knex.destroy());
  expect(await knex('visits').count({ rows: '*' })).toEqual([
    { rows: expect.toSatisfy((rows) => Number(rows) === 1) },
  ]);
  expect(await knex.schema.hasTable('sessions')).toBe(false);
});

test('a database whose name of sessions changes is not prepared, until db:prepare makes that table', async () => {
  const databaseUrl = await create();
  await prepare(databaseUrl, 'sessions');
  const store = storeOn(databaseUrl, 'renamed');

  expect(await store.missing('all')).toEqual(steps.map((step) => `${step}:renamed`));
  await expect(store.sessions.find('id')).rejects.toMatchObject({ code: 'not_prepared', status: 503 });

  expect(await prepare(databaseUrl, 'renamed')).toEqual(steps);
  expect(await prepare(databaseUrl, 'renamed')).toEqual([]);
  expect(await store.missing('all')).toEqual([]);
  expect(await store.sessions.find('id')).toBeNull();
  expect(await storeOn(databaseUrl, 'sessions').missing('all')).toEqual([]);
});

test('a database that has the usual name is what it always was', async () => {
  const databaseUrl = await create();
  await prepare(databaseUrl, 'sessions');
  const knex = createKnex(databaseUrl, dialect, 1);
  closing.push(() => knex.destroy());

  expect(await knex('schema_migrations').pluck('name')).toEqual(migrations.map(({ name }) => name));
});

/** What a later release may do: another column of users, and one of sessions. */
const step: Migration = {
  name: '999-later',
  up: (db) => db.schema.alterTable('users', (table) => void table.integer('later')),
  upSessions: (db, _dialect, name) => db.schema.alterTable(name, (table) => void table.integer('later')),
};

test.for([
  ['sessions', 'others'],
  ['others', 'sessions'],
  ['some', 'others'],
] as const)(
  'a later step reaches each table of sessions, and what they share once: %s, then %s',
  async (names) => {
    const databaseUrl = await create();
    const knex = createKnex(databaseUrl, dialect, 1);
    closing.push(() => knex.destroy());
    const columns = async (table: string) => Object.keys(await knex(table).columnInfo());
    const steps = [...migrations, step];
    const every = steps.map(({ name }) => name);
    const [first, second] = names;

    await prepare(databaseUrl, first);
    expect(await prepare(databaseUrl, first, steps)).toEqual(['999-later']);
    // This one is new, when the step is not.
    expect(await prepare(databaseUrl, second, steps)).toEqual(every);
    expect(await prepare(databaseUrl, first, steps)).toEqual([]);

    expect(await columns(second)).toEqual(await columns(first));
    expect(await columns(second)).toContain('later');
  },
);

test('names as long as may be do not meet, though they begin alike', async () => {
  const databaseUrl = await create();
  const names = ['a', 'b'].map((end) => `${'x'.repeat(39)}${end}`);
  for (const name of names) await prepare(databaseUrl, name);

  for (const name of names) {
    const store = storeOn(databaseUrl, name);
    expect(await store.missing('all')).toEqual([]);
    expect(await store.sessions.endAll()).toBe(0);
  }
});

test('a table of another application is left alone under this name too', async () => {
  const databaseUrl = await create();
  const knex = createKnex(databaseUrl, dialect, 1);
  closing.push(() => knex.destroy());
  await knex.schema.createTable('sessions', (table) => void table.string('sid'));
  await knex.schema.createTable('baskets', (table) => void table.string('sid'));

  await expect(prepare(databaseUrl, 'baskets')).rejects.toThrow('the table baskets is another application');
  expect(await prepare(databaseUrl, 'own_sessions')).toEqual(steps);
  expect(await storeOn(databaseUrl, 'own_sessions').missing('all')).toEqual([]);
});
