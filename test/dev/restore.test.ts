import { expect, test } from 'vitest';
import { mongoDatabase } from '../support/database.ts';
import { createClient, eventSource } from '../support/events.ts';
import { testInstances } from '../support/instances.ts';
import { person } from '../support/person.ts';
import { runCommand } from '../support/run-command.ts';

// The steps of OPERATING, "Backups", on a database that was backed up, went on, and was lost.

const { database, start } = testInstances('lost', mongoDatabase('lost'));
const source = eventSource('HTTP API, payload 2.0');

/** What a backup holds: every document, and no index. */
async function backUp(): Promise<Map<string, object[]>> {
  const backup = new Map<string, object[]>();
  for await (const { name } of database.db().listCollections({}, { nameOnly: false }))
    backup.set(name, await database.db().collection(name).find().toArray());
  return backup;
}

test('a restored database lets nobody in by a session that has ended since the backup, once its steps are done', async () => {
  const restored = mongoDatabase('restored');
  const ada = person({ instance: start() });
  await ada.signUp();
  const backup = await backUp();
  const before = ada.elsewhere();
  for (const [name, value] of Object.entries(ada.cookies.all())) before.cookies.set(name, value);
  await ada.auth.post('/auth/sign-out', {});
  expect(await before.status()).toBe(401);

  for (const [name, documents] of backup)
    if (documents.length > 0) await restored.db().collection(name).insertMany(documents);
  const instance = start({ database: restored });
  const there = ada.elsewhere({ instance, cookies: before.cookies });
  const ready = async () =>
    (await createClient(instance.handlers.health, source).get('/health/ready', { expect5xx: true })).status;
  // That is why there are steps.
  expect([await ready(), await there.status()]).toEqual([503, 200]);

  const env = { MONGODB_URI: restored.uri, MONGODB_DB: restored.name };
  expect((await runCommand('db-prepare', [], env)).code).toBe(0);
  expect((await runCommand('users', ['end-sessions', '--all'], env)).code).toBe(0);

  expect([await ready(), await there.status()]).toEqual([200, 401]);
  expect((await there.signIn()).status).toBe(200);
  await restored.drop();
});
