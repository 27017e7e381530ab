import type { Document } from 'mongodb';
import pLimit from 'p-limit';
import { expect, test } from 'vitest';
import { holding } from '../../support/holding-proxy.ts';
import { startInstance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { newAddress, otherPassword, person, signedUp, strongPassword } from '../../support/person.ts';
import { tracesOf } from '../../support/traces.ts';

const { database, start } = testInstances('late writes');

/** Runs `work` on an instance that has answered, whose commands may hang. */
async function behindHolding<T>(
  work: (
    behind: Awaited<ReturnType<typeof holding>>,
    instance: ReturnType<typeof startInstance>,
  ) => Promise<T>,
): Promise<T> {
  const behind = await holding(database);
  const instance = startInstance({ database: behind.database });
  try {
    await instance.services.users.exists('nobody');
    return await work(behind, instance);
  } finally {
    await instance.end();
    await behind.close();
  }
}

/** `users.update` and the like, of each command that a sign-up sends. */
async function commandsOfSignUp(): Promise<string[]> {
  const sent: string[] = [];
  await behindHolding(async (behind, instance) => {
    if (!behind.readable) return;
    behind.hold((command) => Boolean(sent.push(nameOf(command))) && false);
    await signedUp({ instance });
  });
  return sent;
}

function nameOf(command: Document): string {
  const [name = ''] = Object.keys(command);
  return `${command[name]}.${name}`;
}

/**
 * What a late copy may leave, as it has been written beside the account by a command that knows nothing of it: a
 * session whose cookie nobody has any more, a link to nothing, for a minute that it was asked. The TTL indexes sweep them.
 */
const harmless = /^(sessions|tokens|outbox|repeats): /;

test('no command of a sign-up that arrives late brings the account back', async ({ skip }) => {
  const commands = await commandsOfSignUp();
  if (commands.length === 0) return skip('the network cannot be seen into');
  expect(commands).toEqual(
    expect.arrayContaining(['users.insert', 'users.update', 'sessions.insert', 'events.insert']),
  );
  // Each waits for a command that hangs, and has four seconds for all of them.
  const oneAtATime = pLimit(1);

  await oneAtATime.map(commands.keys(), (nth) =>
    behindHolding(async (behind, instance) => {
      const ada = person({ instance, ip: `198.51.100.${nth}` });
      let sent = 0;
      const late = behind.hold(() => sent++ === nth, 1);
      const signUp = () =>
        ada.auth.post('/auth/sign-up', { email: ada.email, password: ada.password }, { expect5xx: true });
      const tried = await signUp();
      // On a busy machine what is left of its four seconds may not do: then it is asked again, as people do.
      const answer = tried.status === 503 ? await signUp() : tried;
      expect([commands[nth], answer.status]).toEqual([commands[nth], 201]);
      const { id } = answer.json().user;
      const cookies = ada.cookies.all();
      const left = await ada.account.delete('/account', { currentPassword: strongPassword });
      expect([commands[nth], left.status]).toEqual([commands[nth], 204]);

      await late.release();

      const traced = { id, emails: [ada.email], ips: [`198.51.100.${nth}`] };
      const traces = await tracesOf(database.db(), traced);
      expect([commands[nth], traces.filter((trace) => !harmless.test(trace))]).toEqual([commands[nth], []]);
      const session = await ada.auth.get('/auth/session', { cookies });
      expect([commands[nth], session.status]).toEqual([commands[nth], 401]);
      const signIn = await ada.elsewhere().signIn();
      expect([commands[nth], signIn.status]).toEqual([commands[nth], 401]);
      expect((await ada.elsewhere({ instance: start() }).signUp()).status).toBe(201);
    }),
  );
}, 120_000);

test('a sign-up that was refused makes no account later, when the address has become free', async ({
  skip,
}) => {
  await behindHolding(async (behind, instance) => {
    if (!behind.readable) return skip('the network cannot be seen into');
    const email = newAddress();
    const first = person({ instance: start(), email });
    const late = behind.hold((command) => nameOf(command) === 'users.update', 1);
    const refused = person({ instance, email, password: otherPassword }).signUp();
    await late.arrived();
    await first.signUp();
    expect((await refused).json()).toMatchObject({ status: 409, code: 'email_taken' });
    await first.account.delete('/account', { currentPassword: strongPassword });

    await late.release();

    expect(await database.db().collection('users').countDocuments({ email })).toBe(0);
  });
});

test('what is there before the user is in no answer, and is swept', async () => {
  const instance = start();
  const { services } = instance;
  const { credentials } = await services.users.draft({
    email: newAddress(),
    name: null,
    passwordHash: 'none',
    createdAt: new Date(),
  });
  const { id, email } = credentials.user;

  const [seat] = await database
    .db()
    .collection('users')
    .find({ _id: id as never })
    .toArray();
  expect(Object.keys(seat!).sort()).toEqual(['_id', 'emailKey', 'seatExpiresAt']);
  expect(seat!.seatExpiresAt.getTime() - Date.now()).toBeLessThanOrEqual(15 * 60 * 1000);
  expect(await services.users.exists(id)).toBe(false);
  expect(await services.users.findById(id)).toBeNull();
  expect(await services.users.findByEmail(email)).toBeNull();
  expect(await services.users.setName(id, 'Somebody')).toBeNull();
  expect(await services.personalData.erase(credentials.user, { unconfirmed: true })).toBe(false);
  const indexes = await database.db().collection('users').listIndexes().toArray();
  expect(indexes).toContainEqual(
    expect.objectContaining({ key: { seatExpiresAt: 1 }, expireAfterSeconds: 0 }),
  );
});
