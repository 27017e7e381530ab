import pLimit from 'p-limit';
import { afterAll, describe, expect, it } from 'vitest';
import { mongoDatabase } from '../../support/database.ts';
import { createClient } from '../../support/events.ts';
import type { LogLine } from '../../support/instance.ts';
import {
  expectUnavailable,
  mayFail,
  newAccount,
  newIp,
  type Scene,
  scenesOf,
  source,
} from '../../support/outages.ts';

const { scene, direct, database, signUp, end } = await scenesOf('mid request', mongoDatabase('mid request'));
afterAll(end);

/** Calls `act` when the instance is about to send its nth command; past it if there are fewer. */
function atCommand(nth: number, { mongo }: Scene, act: () => unknown): void {
  let sent = 0;
  if (!mongo.client().options.monitorCommands) throw new Error('its commands are not told');
  mongo.client().on('commandStarted', () => {
    sent += 1;
    if (sent === nth) act();
  });
}

/** Commands that one request sent, by the log. */
function commandsOf(log: readonly LogLine[]): number {
  return Number(log.findLast(({ message }) => message === 'request')?.fields.databaseRoundTrips);
}

/** A connected instance, its scene, and how many commands a sign-up (or sign-in) sends on such a one. */
async function warm(onTestFinished: Parameters<typeof scene>[0]) {
  const at = await scene(onTestFinished, { mongoOptions: { monitorCommands: true } });
  await createClient(at.handlers.health, source).get('/health/ready');
  return { at, client: createClient(at.handlers.auth, source, { ip: newIp() }) };
}

async function countSignUp(): Promise<number> {
  await signUp();
  return commandsOf(direct.log);
}

const losses: [what: string, lose: (scene: Scene) => void][] = [
  ['before a command arrives', ({ proxy }) => proxy.cut('reset')],
  ['before its answer arrives', ({ proxy }) => proxy.cutAtNextAnswer()],
];

describe('connections that are lost in mid-request', () => {
  it.for(losses)(
    '%s cost a sign-up nothing: one account, signed in',
    async ([, lose], { onTestFinished }) => {
      const commands = await countSignUp();
      expect(commands).toBeGreaterThan(3);

      for (let nth = 1; nth <= commands; nth++) {
        const { at, client } = await warm(onTestFinished);
        const account = newAccount();
        atCommand(nth, at, () => lose(at));

        const answer = await client.post('/auth/sign-up', account);
        const session = await client.get('/auth/session');
        const users = await database.db().collection('users').find({ email: account.email }).toArray();
        const sessions = await database.db().collection('sessions').find({ userId: answer.json().user.id });

        expect([nth, answer.status, session.status]).toEqual([nth, 201, 200]);
        expect(users).toHaveLength(1);
        expect(await sessions.toArray()).toHaveLength(1);
      }
    },
  );

  it.for(losses)('%s cost a sign-in and a sign-out nothing', async ([, lose], { onTestFinished }) => {
    const { account } = await signUp();
    await createClient(direct.handlers.auth, source).post('/auth/sign-in', account);
    const commands = commandsOf(direct.log);

    for (let nth = 1; nth <= commands; nth++) {
      const { at, client } = await warm(onTestFinished);
      atCommand(nth, at, () => lose(at));
      const answer = await client.post('/auth/sign-in', account);
      const cookies = client.cookies.all();
      const out = await warm(onTestFinished);
      atCommand(nth, out.at, () => lose(out.at));
      const signOut = await out.client.post('/auth/sign-out', undefined, { cookies });
      const session = await out.client.get('/auth/session', { cookies });

      expect([nth, answer.status, signOut.status, session.status]).toEqual([nth, 200, 204, 401]);
    }
  });
});

describe('a database that goes away in mid-request', () => {
  it('leaves no account behind that its sign-up did not answer for', async ({ onTestFinished }) => {
    const commands = await countSignUp();
    const fewAtOnce = pLimit(6);

    await fewAtOnce.map(Array.from({ length: commands }).keys(), async (before) => {
      const { at, client } = await warm(onTestFinished);
      const account = newAccount();
      atCommand(before + 1, at, () => at.proxy.down());

      const answer = await client.post('/auth/sign-up', account, mayFail);
      if (answer.status === 503) expectUnavailable(answer);
      await at.proxy.up();
      // With the same password it would be told what was done.
      const again = await client.post('/auth/sign-up', { ...account, password: 'a wholly other password' });

      // Once the account is there, what remains to be done is no reason to fail.
      expect([before, answer.status, again.status]).toEqual([
        before,
        answer.status,
        answer.status === 201 ? 409 : 201,
      ]);
    });
  });
});
