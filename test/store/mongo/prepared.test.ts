import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createIndexes, indexesOf } from '../../../lib/store/mongo/indexes.ts';
import { watchCommands } from '../../support/commands.ts';
import { type MongoTestDatabase, mongoDatabase } from '../../support/database.ts';
import { createClient, eventSource, type TestAnswer } from '../../support/events.ts';
import { type Instance, startInstance } from '../../support/instance.ts';
import { newAddress, person } from '../../support/person.ts';

const source = eventSource('HTTP API, payload 2.0');
const mayFail = { expect5xx: true } as const;
const databases: MongoTestDatabase[] = [];
const instances: Instance[] = [];
afterEach(async () => {
  await Promise.all(instances.splice(0).map((each) => each.end()));
});
afterAll(() => Promise.all(databases.map((each) => each.drop())));

const sessions = { sessionCollection: 'sessions' };
const names = [...indexesOf(sessions)].flatMap(([collection, indexes]) =>
  indexes.map(({ name = '' }) => [collection, name] as const),
);

function newDatabase(): MongoTestDatabase {
  const database = mongoDatabase('prepared');
  databases.push(database);
  return database;
}

function start(database: MongoTestDatabase, environment: NodeJS.ProcessEnv = {}): Instance {
  const instance = startInstance({ database, environment, mongoOptions: { monitorCommands: true } });
  instances.push(instance);
  return instance;
}

const ready = ({ handlers }: Instance) => createClient(handlers.health, source).get('/health/ready', mayFail);
const post = ({ handlers }: Instance, path: string, body: object) =>
  createClient(handlers.auth, source).post(path, body, mayFail);
const account = () => ({ email: newAddress(), password: 'a quiet gull over 7 lamps' });

function expectNotPrepared(answer: TestAnswer): void {
  expect(answer.status).toBe(503);
  expect(answer.json()).toMatchObject({ code: 'not_prepared', status: 503, title: 'Not set up yet' });
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.cookies).toEqual([]);
}

describe('on a database without its indexes', () => {
  const unprepared = newDatabase();

  test.each(['false', 'true'])(
    'nobody signs up (REQUIRE_VERIFIED_EMAIL=%s), and nothing is written',
    async (closed) => {
      const instance = start(unprepared, { REQUIRE_VERIFIED_EMAIL: closed });
      const one = account();

      const answers = await Promise.all([1, 2, 3].map(() => post(instance, '/auth/sign-up', one)));

      for (const answer of answers) expectNotPrepared(answer);
      expect(await unprepared.db().listCollections().toArray()).toEqual([]);
    },
  );

  test('no link is spent by which an account gets its address', async () => {
    const answer = await post(start(unprepared), '/auth/email/verify', { token: 'x'.repeat(43) });

    expectNotPrepared(answer);
  });

  test('a function is alive and not ready, and the log names what is missing', async () => {
    const instance = start(unprepared);

    const answer = await ready(instance);

    expectNotPrepared(answer);
    expect((await createClient(instance.handlers.health, source).get('/health/live')).status).toBe(200);
    const lines = instance.log.filter(({ level }) => level === 'warn').map(({ fields }) => fields);
    const code = names.map((name) => name.join('.')).join(' ');
    expect(lines).toEqual([expect.objectContaining({ error: 'MissingIndexesError', code })]);
  });

  test('no request creates one, and whatever needs none is served', async () => {
    const instance = start(unprepared);
    const { sent } = watchCommands(instance.mongo.client());

    await ready(instance);
    await post(instance, '/auth/sign-up', account());
    const signIn = await post(instance, '/auth/sign-in', account());

    expect(signIn.status).toBe(401);
    expect(sent.map(({ name }) => name)).not.toContain('createIndexes');
  });
});

describe('an instance', () => {
  test('serves as soon as the indexes are there, with no start anew', async () => {
    const database = newDatabase();
    const instance = start(database);
    expectNotPrepared(await ready(instance));
    expectNotPrepared(await post(instance, '/auth/sign-up', account()));

    await createIndexes(database.db(), sessions);

    expect((await ready(instance)).status).toBe(200);
    expect((await post(instance, '/auth/sign-up', account())).status).toBe(201);
  });

  test('looks once before its first sign-up, and for nothing else', async () => {
    const database = newDatabase();
    await createIndexes(database.db(), sessions);
    const instance = start(database);
    const { sent } = watchCommands(instance.mongo.client());
    const looks = () => sent.filter(({ name }) => name === 'listIndexes').map(({ collection }) => collection);
    const ada = person({ instance });

    await post(instance, '/auth/sign-in', account());
    await ada.status();
    const before = looks();
    await ada.signUp();
    const first = looks();
    await ada.elsewhere({ email: newAddress() }).signUp();

    expect(before).toEqual([]);
    expect(first).toEqual(['users', 'tokens']);
    expect(looks()).toEqual(first);
  });
});

describe('readiness', () => {
  const database = newDatabase();

  test.each(names)('is taken away by the loss of %s.%s on a running instance', async (collection, name) => {
    await createIndexes(database.db(), sessions);
    const instance = start(database);
    expect((await ready(instance)).status).toBe(200);

    await database.db().collection(collection).dropIndex(name);

    expectNotPrepared(await ready(instance));
  });

  test.each([
    ['not unique', 'users', { emailKey: 1 }, {}],
    ['unique for some only', 'users', { emailKey: 1 }, { unique: true, sparse: true }],
    ['of another order', 'sessions', { lastSeenAt: -1, userId: 1 }, {}],
    ['of another direction', 'outbox', { toKey: 1, sentAt: 1 }, {}],
    ['late to sweep', 'tokens', { expiresAt: 1 }, { expireAfterSeconds: 3600 }],
    ['never to sweep', 'tokens', { expiresAt: 1 }, {}],
  ] as const)('is not there with an index that is %s', async (_how, collection, key, options) => {
    const other = newDatabase();
    await createIndexes(other.db(), sessions);
    const keys = Object.keys(key).sort().join();
    const known = await other.db().collection(collection).indexes();
    const [{ name } = { name: '' }] = known.filter((each) => Object.keys(each.key).sort().join() === keys);
    await other.db().collection(collection).dropIndex(String(name));
    await other
      .db()
      .collection(collection)
      .createIndex(key, { ...options, name: String(name) });

    expectNotPrepared(await ready(start(other)));
  });

  test('does not depend on what an index is called', async () => {
    const other = newDatabase();
    await createIndexes(other.db(), sessions);
    await other.db().collection('users').dropIndex('email_unique');
    await other.db().collection('users').createIndex({ emailKey: 1 }, { unique: true, name: 'mine' });

    expect((await ready(start(other))).status).toBe(200);
  });
});
