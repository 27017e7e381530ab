import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { dialectOf } from '../../../lib/store/open-sql.ts';
import type { Factors, UserRecord } from '../../../lib/store/records.ts';
import { createKnex, createSql } from '../../../lib/store/sql/client.ts';
import { migrate } from '../../../lib/store/sql/migrate.ts';
import { createSqlStore } from '../../../lib/store/sql/store.ts';
import { sqlTestDatabase } from '../../support/database.ts';
import { addUser, later, noon, randomId } from '../contract/new-user.ts';

const { kind, create, drop } = await sqlTestDatabase('transactions');
const dialect = dialectOf(kind);
const sessionCollection = 'sessions';
let databaseUrl: string;
beforeAll(async () => {
  databaseUrl = await create();
  await migrate({ databaseUrl, sessionCollection }, dialect);
});
afterAll(drop);

/** An instance that has one connection, so that what is left on it is met by whoever comes next. */
function open() {
  const store = createSqlStore(
    createSql({ databaseUrl, databaseMaxPoolSize: 1, sessionCollection }, dialect),
  );
  onTestFinished(store.close);
  return store.users;
}
type Users = ReturnType<typeof open>;

const withIdentity = (key: string): Factors => ({
  ...{ revision: 1, changedBy: randomId(), recoveryCodes: [], passkeys: [] },
  identities: [{ key, provider: 'google', issuer: 'https://id.test', subject: key, linkedAt: noon }],
});

async function lockedUser(users: Users): Promise<UserRecord> {
  const { id } = await addUser(users);
  await users.takeLock(id, {}, { by: 'me', at: noon, until: later(15) });
  return (await users.find(id)) as UserRecord;
}

const link = (users: Users, { id }: UserRecord, key: string) =>
  users.changeUnderLock(id, 'me', { at: later(1), factors: { from: 0, to: withIdentity(key) } });

test('a connection is given back without the transaction that was refused on it', async () => {
  const [users, elsewhere] = [open(), open()];
  const [ada, eve, key] = [await lockedUser(users), await lockedUser(users), randomId()];
  expect(await link(users, ada, key)).toBe('changed');

  for (const _ of [1, 2]) expect(await link(users, eve, key)).toBe('taken');
  await users.setName(eve.id, 'Eve', 'eve');

  expect(await elsewhere.find(eve.id)).toEqual({ ...eve, name: 'Eve', nameKey: 'eve' });
  expect(await elsewhere.setName(eve.id, 'Eva', 'eva')).toMatchObject({ name: 'Eva' });
});

test('ten instances of one process that change at once wait for each other, and none in vain', async () => {
  const instances = Array.from({ length: 10 }, open);
  const people = await Promise.all(instances.map((users) => lockedUser(users)));
  const key = randomId();
  const startedAt = performance.now();

  const outcomes = await Promise.all(
    instances.map((users, at) => link(users, people[at] as UserRecord, at < 5 ? key : randomId())),
  );

  expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(6);
  expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(4);
  expect(performance.now() - startedAt).toBeLessThan(4000);
});

test('a change that is given up half way is made as a whole or not at all, and may be sent again', async ({
  skip,
}) => {
  if (kind === 'sqlite') return skip('SQLite has one writer, who waits for nothing half way');
  const users = open();
  const [ada, other, key] = [await lockedUser(users), await addUser(users), randomId()];
  const knex = createKnex(databaseUrl, dialect, 1);
  const held = await knex.transaction();
  // Whether the identity is free is not known before this one ends.
  await held('identities').insert({ identity_key: key, user_id: other.id });

  await expect(link(users, ada, key)).rejects.toMatchObject({ code: 'unavailable', status: 503 });
  await held.rollback();
  // Long enough for what was not given up after all.
  await delay(500);

  // It was about to be when it was given up, or not.
  const isMade = (await users.findByIdentity(key)) !== null;
  if (!isMade) expect(await users.find(ada.id)).toEqual(ada);
  expect(await link(users, ada, key)).toBe('changed');
  expect(await users.findByIdentity(key)).toMatchObject({ id: ada.id, credentialsVersion: 2 });
  await knex.destroy();
});

test('what is left of an identity goes with its user, whoever takes that out', async () => {
  const users = open();
  const [ada, bob, key] = [await lockedUser(users), await lockedUser(users), randomId()];
  await link(users, ada, key);
  const knex = createKnex(databaseUrl, dialect, 1);
  await knex('users').where({ id: ada.id }).delete();

  expect(await knex('identities').where({ identity_key: key })).toEqual([]);
  expect(await link(users, bob, key)).toBe('changed');
  await knex.destroy();
});
