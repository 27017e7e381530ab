import { expect, test } from 'vitest';
import { excessOf } from '../../lib/activity/excess.ts';
import type { EventKind } from '../../lib/flows/events.ts';
import { watchCommands } from '../support/commands.ts';
import { testInstances } from '../support/instances.ts';
import { type Person, signedUp } from '../support/person.ts';

const { database, start } = testInstances('activity bounds');

const userIdOf = async ({ auth }: Person): Promise<string> =>
  (await auth.get('/auth/session')).json().user.id;
const countOf = (userId: string, type?: EventKind) =>
  database
    .db()
    .collection('events')
    .countDocuments({ userId, ...(type && { type }) });

/** Gives somebody a past of so many events of a kind, a second between them. */
async function remember(userId: string, type: EventKind, count: number): Promise<void> {
  const expiresAt = new Date(Date.now() + 86_400_000);
  const events = Array.from({ length: count }, (_, at) => ({
    userId,
    type,
    at: new Date(Date.now() - 1000 * (count - at)),
    ip: '2001:db8:1234:5678:9abc:def0:1234:5678',
    userAgent: '"'.repeat(256),
    expiresAt,
  }));
  await database.db().collection('events').insertMany(events);
}

test('of one user no more events are kept than the bound, whatever they repeat', async () => {
  const instance = start({ activityBounds: { most: 20, prunesNow: () => true } });
  const ada = await signedUp({ instance });

  for (let n = 0; n < 30; n += 1) await ada.account.patch('/account', { name: `Name ${n}` });

  expect(await countOf(await userIdOf(ada))).toBe(20);
});

test('who repeats one thing hides no other by it', async () => {
  const instance = start({ activityBounds: { most: 20, prunesNow: () => true } });
  const ada = await signedUp({ instance });
  await ada.elsewhere().signIn('a guess that is wrong');
  await ada.elsewhere().signIn();

  for (let n = 0; n < 30; n += 1) await ada.account.patch('/account', { name: `Name ${n}` });

  const { events } = (await ada.account.get('/account/activity?limit=100')).json();
  expect(events.map(({ type }: { type: EventKind }) => type)).toEqual([
    ...Array(17).fill('name_changed'),
    'sign_in',
    'sign_in_failed',
    'sign_up',
  ]);
});

test("another's events stay", async () => {
  const instance = start({ activityBounds: { most: 3, prunesNow: () => true } });
  const [ada, eve] = [await signedUp({ instance }), await signedUp({ instance })];
  await remember(await userIdOf(eve), 'sign_in', 10);

  for (let n = 0; n < 5; n += 1) await ada.account.patch('/account', { name: `Name ${n}` });

  expect(await countOf(await userIdOf(eve))).toBe(11);
});

test('what was too much already goes in pieces: none looks at more than 2,500 or takes away more than 500', async () => {
  const instance = start({
    activityBounds: { most: 2000, prunesNow: () => true },
    mongoOptions: { monitorCommands: true },
  });
  const ada = await signedUp({ instance });
  const id = await userIdOf(ada);
  await remember(id, 'name_changed', 3000);
  const commands = watchCommands(instance);

  await ada.account.patch('/account', { name: 'Ada' });
  expect(await countOf(id)).toBe(3002 - 500);
  for (const { command } of commands.of('events', 'find'))
    expect(command.limit ?? command.bindings.at(-1)).toBe(2500);

  await ada.account.patch('/account', { name: 'Ada L.' });
  await ada.account.patch('/account', { name: 'Ada Lovelace' });
  expect(await countOf(id)).toBe(2000);
  expect(await countOf(id, 'sign_up')).toBe(1);
});

test('it is looked for now and then, and never at a sign-in that failed', async () => {
  let asked = 0;
  const prunesNow = () => {
    asked += 1;
    return asked % 2 === 0;
  };
  const instance = start({
    activityBounds: { most: 1, prunesNow },
    mongoOptions: { monitorCommands: true },
  });
  const ada = await signedUp({ instance });
  await ada.elsewhere().signIn('a guess that is wrong');
  const commands = watchCommands(instance);
  for (let n = 0; n < 4; n += 1) await ada.account.patch('/account', { name: `Name ${n}` });

  expect(asked).toBe(5);
  expect(commands.of('events', 'find')).toHaveLength(2);
});

test.each([
  { kinds: '', most: 0, excess: '' },
  { kinds: 'abc', most: 3, excess: '' },
  { kinds: 'aaab', most: 3, excess: '2' },
  { kinds: 'abbbaa', most: 2, excess: '53421' },
])('of "$kinds" beyond $most the oldest of the largest kinds go', ({ kinds, most, excess }) => {
  const events = [...kinds].map((type, at) => ({ type, at }));
  const gone = excessOf(events, most);

  expect(gone).toHaveLength(Math.max(0, kinds.length - most));
  if (kinds.length - most < 3) expect(gone.map(({ at }) => at).join('')).toBe(excess);
  expect(new Set(gone).size).toBe(gone.length);
});

test('an export of somebody with 30,000 events and 50 sessions is answered, within what Lambda returns', async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  const id = await userIdOf(ada);
  await remember(id, 'name_changed', 30_000);
  for (let n = 1; n < 50; n += 1) await ada.elsewhere().signIn();

  const answer = await ada.account.get('/account/export');

  expect(answer.status).toBe(200);
  const { activity, sessions } = answer.json();
  expect(sessions).toHaveLength(50);
  expect(activity).toHaveLength(4000);
  expect(activity.map(({ at }: { at: string }) => at)).toEqual(
    activity
      .map(({ at }: { at: string }) => at)
      .toSorted()
      .toReversed(),
  );
  // As the body of an answer it is a JSON string in JSON.
  expect(Buffer.byteLength(JSON.stringify(answer.body))).toBeLessThan(6_000_000);
}, 60_000);
