import { describe, expect, test } from 'vitest';
import { watchCommands } from '../../support/commands.ts';
import { type Death, dieAt } from '../../support/dying.ts';
import type { TestAnswer } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { type Person, person, signedUp } from '../../support/person.ts';

/** A way in, as a test goes it. */
export interface TestedWayIn {
  /** As the session's `methods` name it. */
  name: string;
  /**
   * So many failures in a row at one account from one network are answered; the next is 429. Not there where what is
   * shown cannot be guessed at, and a failure is nobody's: what is about such failures is not asked then.
   */
  failures?: number;
  /** Makes the account of somebody who can go it. */
  arrange?: (someone: Person) => Promise<unknown>;
  /** Asks for what is shown then, where it has to be asked for; so may somebody who has no account. */
  ask?: (someone: Person) => Promise<unknown>;
  /** Goes it in the browser of somebody, who may have no account: 200. */
  enter: (someone: Person) => Promise<TestAnswer>;
  /** Goes it and shows the wrong thing: 401, and a body with the problem's `code`. */
  fail: (someone: Person) => Promise<TestAnswer>;
  /** Of the instances. */
  environment?: () => Record<string, string>;
}

/** More than any sign-in sends. */
const mostCommands = 40;

/** What every way in keeps; called once for each. */
export function signInMethodContract(wayIn: TestedWayIn): void {
  const { name, failures, arrange, ask, enter, fail, environment: own = () => ({}) } = wayIn;
  const instances = testInstances(`way in by ${name}`);
  const { database } = instances;
  const watched = { mongoOptions: { monitorCommands: true } };

  function start({ environment = {}, ...options }: Parameters<typeof instances.start>[0] = {}) {
    return instances.start({ ...options, environment: { ...own(), ...environment } });
  }

  async function member(options = {}) {
    const instance = start(options);
    const someone = await signedUp({ instance });
    await arrange?.(someone);
    return { instance, someone, elsewhere: someone.elsewhere() };
  }

  const sessionOf = ({ cookies }: Person) => cookies.get('session_auth');

  /** What the activity tells, newest first. */
  async function happened({ account }: Person): Promise<string[]> {
    const { events } = (await account.get('/account/activity')).json();
    return events.map(({ type }: { type: string }) => type);
  }

  /** What an answer says, but for what differs with each request. */
  function said(answer: TestAnswer) {
    const { requestId: _requestId, ...body } = answer.json();
    return { status: answer.status, body, cookie: answer.headers.get('set-cookie') };
  }

  describe(`the way in by ${name}`, () => {
    test('gives a new session under a new id, and ends the one before', async () => {
      const { someone } = await member();
      const before = someone.elsewhere();
      before.cookies.set('session_auth', sessionOf(someone) ?? '');

      const answer = await enter(someone);

      expect(answer.status).toBe(200);
      expect(sessionOf(someone)).not.toBe(sessionOf(before));
      expect([await someone.status(), await before.status()]).toEqual([200, 401]);
    });

    test('says in the session how it was gone', async () => {
      const { someone, elsewhere } = await member();
      await database.db().collection('sessions').deleteMany({});

      await enter(elsewhere);

      const sessions = await database.db().collection('sessions').find().toArray();
      expect(sessions).toHaveLength(1);
      expect(sessions[0]?.signedIn.methods).toEqual([{ method: name, at: expect.any(Date) }]);
      expect(await someone.status()).toBe(401);
    });

    test('is in the activity', async () => {
      const { someone, elsewhere } = await member();

      await enter(elsewhere);

      expect((await happened(elsewhere))[0]).toBe('sign_in');
      expect(await someone.status()).toBe(200);
    });

    test('lets nobody in whose credentials change before the session is theirs', async () => {
      const { instance, elsewhere } = await member();
      const { code } = (await fail(elsewhere.elsewhere())).json();
      const [users, sessions] = [database.db().collection('users'), database.db().collection('sessions')];
      const before = await sessions.countDocuments();
      const { run } = instance.link;
      instance.link.run = async (operation) => {
        const result = await run(operation);
        // As soon as the new session is stored, and before anything else is asked.
        if ((await sessions.countDocuments()) > before)
          await users.updateOne({ emailKey: elsewhere.email }, { $inc: { credentialsVersion: 1 } });
        return result;
      };

      const answer = await enter(elsewhere);

      expect([answer.status, answer.json().code]).toEqual([401, code]);
      expect(await sessions.countDocuments()).toBe(before);
      expect(sessionOf(elsewhere)).toBeUndefined();
    });

    test.each<Death>(['before', 'after'])(
      'that dies %s a command leaves nobody signed in half way, and may be gone again',
      async (death) => {
        for (let commands = 0; commands < mostCommands; commands += 1) {
          const { instance, someone, elsewhere } = await member();
          const next = someone.elsewhere({ instance: start() });
          const { dead } = dieAt(instance, commands, death);

          const answer = await enter(elsewhere).catch(() => null);

          next.cookies.set('session_auth', sessionOf(elsewhere) ?? 'none');
          const isIn = answer?.status === 200;
          expect(await next.status()).toBe(isIn ? 200 : 401);
          expect((await enter(next)).status).toBe(200);
          if (!dead()) return;
        }
        throw new Error(`it needed ${mostCommands} commands and more`);
      },
    );
  });

  if (failures === undefined) return;

  describe(`a guess at the way in by ${name}`, () => {
    test('answers who is unknown as who shows the wrong thing, by the same commands', async () => {
      const { instance, elsewhere } = await member(watched);
      const nobody = person({ instance });
      for (const each of [elsewhere, nobody]) await ask?.(each);
      const commands = watchCommands(instance);

      const wrong = await fail(elsewhere);
      const asked = commands.names();
      commands.clear();
      const unknown = await fail(nobody);

      expect(said(wrong)).toEqual(said(unknown));
      expect(wrong.status).toBe(401);
      expect(new Set(commands.names())).toEqual(new Set(asked));
      expect(sessionOf(elsewhere)).toBeUndefined();
    });

    test('refuses guesses over its limit, the right thing too, on every instance', async () => {
      const limited = () => start({ environment: { RATE_LIMIT_FACTOR: '1' } });
      const { elsewhere: first } = await member();
      // From a network address of its own: the limit may be one of all accounts there.
      const elsewhere = first.elsewhere({ ip: '198.51.100.7', instance: limited() });
      const other = elsewhere.elsewhere({ instance: limited() });

      const answers: number[] = [];
      for (let guess = 0; guess < failures; guess += 1)
        answers.push((await fail(guess % 2 ? elsewhere : other)).status);

      expect(answers).toEqual(answers.map(() => 401));
      expect((await enter(elsewhere)).status).toBe(429);
      expect((await enter(other)).status).toBe(429);
    });

    test('writes an attempt that failed to the activity', async () => {
      const { elsewhere } = await member();

      await fail(elsewhere);
      await enter(elsewhere);

      expect((await happened(elsewhere)).slice(0, 2)).toEqual(['sign_in', 'sign_in_failed']);
    });
  });
}
