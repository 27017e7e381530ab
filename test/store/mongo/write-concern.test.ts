import { MongoServerError, MongoWriteConcernError } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isOutage } from '../../../lib/store/mongo/errors.ts';
import { createIndexes } from '../../../lib/store/mongo/indexes.ts';
import { readConfig } from '../../../lib/store/read-config.ts';
import { watchCommands } from '../../support/commands.ts';
import { mongoDatabase } from '../../support/database.ts';
import { startInstance } from '../../support/instance.ts';
import { newAddress, otherPassword, person } from '../../support/person.ts';

const database = mongoDatabase('write_concern');
beforeAll(() => createIndexes(database.db(), { sessionCollection: 'sessions' }));
afterAll(() => database.drop());

const withOptions = (options: string) => `${database.uri}${database.uri.includes('?') ? '&' : '?'}${options}`;

describe.each([
  'w=0',
  'w=1',
  'w=1&journal=false',
  'W=0&wTimeoutMS=1',
  '%77=0',
  'w=3',
  'safe=false',
  'readConcernLevel=snapshot',
  'readPreference=secondary&maxStalenessSeconds=120&readPreferenceTags=dc:ny',
])('where the connection string says %s', (options) => {
  test('every write waits for the majority, and every read is of the primary', async () => {
    const mongoOptions = { monitorCommands: true };
    const instance = startInstance({
      database: { uri: withOptions(options), name: database.name },
      mongoOptions,
    });
    const commands = watchCommands(instance.mongo.client());
    const ada = person({ instance });

    const statuses = [
      (await ada.signUp()).status,
      (await ada.signIn('no password of anybody')).status,
      (await ada.signIn()).status,
      (await ada.account.patch('/account', { name: 'Ada' })).status,
      (await ada.account.post('/account/email', { currentPassword: ada.password, newEmail: newAddress() }))
        .status,
      (
        await ada.account.post('/account/password', {
          currentPassword: ada.password,
          newPassword: otherPassword,
        })
      ).status,
      (await ada.auth.post('/auth/password/forgot', { email: ada.email })).status,
      (await ada.auth.post('/auth/sign-out')).status,
    ];
    await instance.end();

    expect(statuses).toEqual([201, 401, 200, 200, 202, 204, 202, 204]);
    const writes = commands.writes();
    expect(new Set(writes.map(({ name }) => name))).toEqual(
      new Set(['insert', 'update', 'delete', 'findAndModify']),
    );
    expect(new Set(writes.map(({ collection }) => collection))).toEqual(
      new Set(['users', 'sessions', 'tokens', 'events', 'limits', 'repeats', 'outbox', 'mail_jobs']),
    );
    for (const { command } of writes) expect(command.writeConcern).toEqual({ w: 'majority' });
    for (const { command } of commands.sent) {
      expect(command.readConcern).toBeUndefined();
      expect(command.$readPreference?.mode ?? 'primary').toBe('primary');
    }
  });
});

test('what the connection string says of anything else holds', () => {
  const MONGODB_URI = 'mongodb://u:p%40q@a:1,b:2/shop?w=0&replicaSet=rs0&authSource=admin&tls=true';
  const instance = startInstance({ database: { uri: MONGODB_URI, name: 'shop' } });

  expect(readConfig({ STAGE: 'test', MONGODB_URI }, 'database').mongodbUri).toBe(MONGODB_URI);
  expect(instance.mongo.client().options).toMatchObject({
    replicaSet: 'rs0',
    tls: true,
    credentials: { username: 'u', password: 'p@q', source: 'admin' },
    writeConcern: { w: 'majority' },
  });
  return instance.end();
});

test('a write that the majority did not take is an outage, whatever the reason', () => {
  for (const code of [64, 79, 100, 91])
    expect(isOutage(new MongoWriteConcernError({ ok: 1, writeConcernError: { code, errmsg: 'no' } }))).toBe(
      true,
    );
  expect(isOutage(new MongoServerError({ code: 100, errmsg: 'another thing' }))).toBe(false);
});
