import { describe, expect, test } from 'vitest';
import { Authenticator } from '../../support/authenticator.ts';
import { testClock } from '../../support/clock.ts';
import { dieAt } from '../../support/dying.ts';
import type { TestAnswer } from '../../support/events.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { optionsFor, withPasskey } from '../../support/passkey.ts';
import { pauseAt } from '../../support/pausing.ts';
import { otherPassword, type Person, signedUp, strongPassword } from '../../support/person.ts';
import { quickPasswords } from '../../support/quick-passwords.ts';
import { codeOf, withApp } from '../../support/totp.ts';

const { database, start } = testInstances('renewed_session');

const mostCommands = 40;
const expect5xx = { expect5xx: true };

/** Functions that are stopped, and one beside them that is not. */
function instances() {
  const clock = testClock();
  const begin = () => start({ now: clock.now, passwords: quickPasswords });
  return { clock, instance: begin(), slow: begin(), other: begin() };
}

/** Somebody with two browsers, one of them in other hands. */
async function member({ clock, instance }: ReturnType<typeof instances>) {
  const thief = await signedUp({ instance });
  const owner = thief.elsewhere();
  await owner.signIn();
  return { clock, thief, owner };
}
type Member = Awaited<ReturnType<typeof member>>;

/** What gives a session a new id. */
interface Renewal {
  what: string;
  /** What there is before; and how to ask for it. */
  arrange(member: Member): Promise<(thief: Person) => Promise<TestAnswer>>;
  changesCredentials?: boolean;
}

const renewals: Renewal[] = [
  {
    what: 'the password, shown anew',
    arrange: async () => (thief) =>
      thief.auth.post('/auth/reauthenticate', { currentPassword: strongPassword }, expect5xx),
  },
  {
    what: 'a code, shown anew',
    arrange: async ({ thief, clock }) => {
      const { code } = await withApp(thief, clock);
      clock.pass(60);
      return (late) => late.auth.post('/auth/reauthenticate', { code: code() }, expect5xx);
    },
  },
  {
    what: 'another password',
    arrange: async () => (thief) =>
      thief.account.post(
        '/account/password',
        { currentPassword: strongPassword, newPassword: otherPassword },
        expect5xx,
      ),
    changesCredentials: true,
  },
  {
    what: 'the first code of an app',
    arrange: async ({ thief, clock }) => {
      const { secret } = (await thief.account.post('/account/totp')).json();
      const code = codeOf(secret, clock.now());
      return (late) => late.account.post('/account/totp/confirm', { code }, expect5xx);
    },
    changesCredentials: true,
  },
  {
    what: 'the first code of another app',
    arrange: async ({ thief, clock }) => {
      await withApp(thief, clock);
      const { secret } = (await thief.account.post('/account/totp')).json();
      const code = codeOf(secret, clock.now());
      return (late) => late.account.post('/account/totp/confirm', { code }, expect5xx);
    },
    changesCredentials: true,
  },
  {
    what: 'the end of an app',
    arrange: async ({ thief, clock }) => {
      await withApp(thief, clock);
      return (late) => late.account.delete('/account/totp', undefined, expect5xx);
    },
    changesCredentials: true,
  },
  {
    what: 'a new passkey',
    arrange: async ({ thief }) => {
      const key = new Authenticator();
      const credential = key.register(await optionsFor(thief.account, '/account/passkeys/options'));
      return (late) => late.account.post('/account/passkeys', { credential }, expect5xx);
    },
    changesCredentials: true,
  },
  {
    what: 'the end of a passkey',
    arrange: async ({ thief }) => {
      const { id } = await withPasskey(thief);
      return (late) => late.account.delete(`/account/passkeys/${id}`, undefined, expect5xx);
    },
    changesCredentials: true,
  },
  {
    what: 'the end of the password',
    arrange: async ({ thief }) => {
      await withPasskey(thief);
      return (late) => late.account.delete('/account/password', undefined, expect5xx);
    },
    changesCredentials: true,
  },
];

const revocations = [
  { by: 'its own end', path: (id: string) => `/sessions/${id}` },
  { by: 'the end of all others', path: () => '/sessions' },
];

const cases = renewals.flatMap((renewal) => revocations.map((revocation) => ({ ...renewal, ...revocation })));

/** As `users` has it. */
async function versionOf({ email }: Person): Promise<number> {
  const found = await database.db().collection('users').findOne({ email });
  return found?.credentialsVersion;
}

/** Somebody with the cookies of another, as they are now. */
function copyOf(someone: Person, instance: Instance): Person {
  const copy = someone.elsewhere({ instance });
  for (const [name, value] of Object.entries(someone.cookies.all())) copy.cookies.set(name, value);
  return copy;
}

describe('a session that is ended by its owner from elsewhere does not come back under a new id', () => {
  test.each(cases)(
    'by $what, wherever that is when $by comes',
    async ({ arrange, path, changesCredentials = false }) => {
      const functions = instances();
      const { instance, slow, other } = functions;
      for (let commands = 1; commands < mostCommands; commands += 1) {
        const whole = await member(functions);
        const { thief, owner } = whole;
        const ask = await arrange(whole);
        const { id } = (await thief.auth.get('/auth/session')).json().session;
        const before = await versionOf(owner);
        const late = copyOf(thief, slow);
        // The owner's session has been read by then, whatever ends it after that.
        const revoking = pauseAt(other, 1);
        const revoked = copyOf(owner, other).sessions.delete(path(id), undefined, expect5xx);
        await revoking.arrived(1);
        const asking = pauseAt(slow, commands);
        const asked = ask(late);
        const isPaused = await Promise.race([asking.arrived(1).then(() => true), asked.then(() => false)]);

        revoking.open();
        const { status } = await revoked;
        asking.open();
        const answer = await asked;

        const after = await versionOf(owner);
        if (status === 204) expect(await copyOf(late, instance).status()).toBe(401);
        if (answer.status === 401) expect(after).toBe(before);
        else expect([200, 201, 204]).toContain(answer.status);
        if (answer.status < 300 && changesCredentials) expect(after).toBe(before + 1);
        if (!isPaused) return;
      }
      throw new Error(`it needed ${mostCommands} commands and more`);
    },
    120_000,
  );
});

test('a sign-in that is left does not go on by a factor that was under way, wherever that is', async () => {
  const functions = instances();
  const { clock, instance, slow } = functions;
  for (let commands = 1; commands < mostCommands; commands += 1) {
    const { thief } = await member(functions);
    const { code } = await withApp(thief, clock);
    clock.pass(60);
    const waiting = thief.elsewhere();
    expect((await waiting.signIn()).status).toBe(202);
    const late = copyOf(waiting, slow);
    const asking = pauseAt(slow, commands);
    const asked = late.auth.post('/auth/second-factor', { code: code() }, expect5xx);
    const isPaused = await Promise.race([asking.arrived(1).then(() => true), asked.then(() => false)]);
    const { code: waits } = (await waiting.auth.get('/auth/session')).json();

    expect((await waiting.auth.post('/auth/sign-out')).status).toBe(204);
    asking.open();
    const answer = await asked;

    if (waits === 'second_factor_needed') expect(await copyOf(late, instance).status()).toBe(401);
    expect(answer.status).toBe(waits === 'second_factor_needed' ? 401 : 200);
    if (!isPaused) return;
  }
  throw new Error(`it needed ${mostCommands} commands and more`);
}, 120_000);

test.each(['before', 'after'] as const)(
  'showing anew who one is, interrupted %s each command, never leaves a cookie of a session that is none',
  async (death) => {
    const functions = instances();
    const { clock, instance } = functions;
    for (let commands = 1; commands < mostCommands; commands += 1) {
      const { thief } = await member(functions);
      const dying = start({ now: clock.now, passwords: quickPasswords });
      const ada = copyOf(thief, dying);
      const { dead } = dieAt(dying, commands, death);

      const answer = await ada.auth.post(
        '/auth/reauthenticate',
        { currentPassword: strongPassword },
        expect5xx,
      );

      const status = await copyOf(ada, instance).status();
      if (answer.status === 204) expect(status).toBe(200);
      else expect([answer.status, answer.cookies]).toEqual([503, []]);
      if (!dead()) return;
    }
    throw new Error(`it needed ${mostCommands} commands and more`);
  },
  120_000,
);
