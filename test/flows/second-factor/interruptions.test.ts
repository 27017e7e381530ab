import { expect, test } from 'vitest';
import { Authenticator } from '../../support/authenticator.ts';
import { testClock } from '../../support/clock.ts';
import { type Death, dieAt } from '../../support/dying.ts';
import type { TestAnswer } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { enterByPasskey, optionsFor, withPasskey } from '../../support/passkey.ts';
import { type Person, signedUp } from '../../support/person.ts';
import { quickPasswords } from '../../support/quick-passwords.ts';
import { codeOf, withApp } from '../../support/totp.ts';

const { start } = testInstances('interrupted factors');

/** More than any change sends. */
const mostCommands = 40;

async function member() {
  const clock = testClock();
  const instance = start({ now: clock.now, passwords: quickPasswords });
  const ada = await signedUp({ instance });
  return { clock, instance, ada };
}
type Member = Awaited<ReturnType<typeof member>>;

interface Change {
  name: string;
  /** What there is before; and how to ask for the change. */
  arrange(member: Member): Promise<{ change: () => Promise<TestAnswer>; key?: Authenticator }>;
  /** What there is once it is made. */
  isMade(factors: Factors): boolean;
  endsOthers?: boolean;
}

interface Factors {
  password: boolean;
  totp: object | null;
  passkeys: object[];
  recoveryCodesLeft: number;
}

const changes: Change[] = [
  {
    name: 'the first code of an app',
    arrange: async ({ ada, clock }) => {
      const { secret } = (await ada.account.post('/account/totp')).json();
      const code = codeOf(secret, clock.now());
      return { change: () => ada.account.post('/account/totp/confirm', { code }, { expect5xx: true }) };
    },
    isMade: ({ totp, recoveryCodesLeft }) => totp !== null && recoveryCodesLeft === 10,
  },
  {
    name: 'the end of an app',
    arrange: async ({ ada, clock }) => {
      await withApp(ada, clock);
      return { change: () => ada.account.delete('/account/totp', undefined, { expect5xx: true }) };
    },
    isMade: ({ totp, recoveryCodesLeft }) => totp === null && recoveryCodesLeft === 0,
    endsOthers: true,
  },
  {
    name: 'a new passkey',
    arrange: async ({ ada }) => {
      const key = new Authenticator();
      const credential = key.register(await optionsFor(ada.account, '/account/passkeys/options'));
      return { change: () => ada.account.post('/account/passkeys', { credential }, { expect5xx: true }) };
    },
    isMade: ({ passkeys, recoveryCodesLeft }) => passkeys.length === 1 && recoveryCodesLeft === 10,
  },
  {
    name: 'the end of a passkey',
    arrange: async ({ ada }) => {
      const { id } = await withPasskey(ada);
      const path = `/account/passkeys/${id}`;
      return { change: () => ada.account.delete(path, undefined, { expect5xx: true }) };
    },
    isMade: ({ passkeys, recoveryCodesLeft }) => passkeys.length === 0 && recoveryCodesLeft === 0,
    endsOthers: true,
  },
  {
    name: 'the end of the password',
    arrange: async ({ ada }) => {
      const key = await withPasskey(ada);
      return { key, change: () => ada.account.delete('/account/password', undefined, { expect5xx: true }) };
    },
    isMade: ({ password }) => !password,
    endsOthers: true,
  },
];

/** Somebody who comes from elsewhere, by whatever is there. */
async function signInAnew(someone: Person, key: Authenticator | undefined): Promise<TestAnswer> {
  const answer = await someone.signIn();
  return answer.status === 401 && key ? enterByPasskey(someone, key) : answer;
}

const cases = changes.flatMap((change) =>
  (['before', 'after'] as const satisfies Death[]).map((death) => ({ ...change, death })),
);

test.each(cases)(
  '$name, interrupted $death each command, is made whole or not at all, and locks nobody out',
  async ({ arrange, isMade, death, endsOthers = false }) => {
    for (let commands = 0; commands < mostCommands; commands += 1) {
      const whole = await member();
      const { ada, clock, instance } = whole;
      const other = ada.elsewhere();
      await other.signIn();
      const { change, key } = await arrange(whole);
      const onAnother = (who: Person) => who.elsewhere({ instance: later, cookies: who.cookies });
      const later = start({ now: clock.now, passwords: quickPasswords });
      const before = await factorsOf(onAnother(ada));
      const { dead } = dieAt(instance, commands, death);

      const answer = await change().catch(() => null);

      // A lock that its change has left is over by then.
      clock.pass(16);
      const entered = ada.elsewhere({ instance: later });
      const signedIn = await signInAnew(entered, key);
      expect([200, 202]).toContain(signedIn.status);
      const made = await isMadeFor(onAnother, entered, [other, ada], signedIn, { isMade, before });
      if (answer && answer.status < 300) expect(made).toBe(true);
      if (made && endsOthers) expect(await onAnother(other).status()).toBe(401);
      if (!dead()) return;
    }
    throw new Error(`it needed ${mostCommands} commands and more`);
  },
  240_000,
);

/** Whether the change was made, seen by whoever can still look; else nothing has changed. */
async function isMadeFor(
  onAnother: (who: Person) => Person,
  entered: Person,
  others: Person[],
  signedIn: TestAnswer,
  { isMade, before }: { isMade: Change['isMade']; before: Factors },
): Promise<boolean> {
  // One who waits for a second factor sees that there is one, and nothing else.
  const candidates = [...(signedIn.status === 200 ? [entered] : []), ...others.map(onAnother)];
  for (const each of candidates) {
    if ((await each.status()) !== 200) continue;
    const factors = await factorsOf(each);
    if (isMade(factors)) return true;
    expect(factors).toEqual(before);
    return false;
  }
  // Nobody can look, and a second factor is asked for: there was one before, or it has been added.
  expect(signedIn.status).toBe(202);
  return before.recoveryCodesLeft === 0;
}

async function factorsOf({ account }: Person): Promise<Factors> {
  const { providers: _providers, ...factors } = (await account.get('/account/factors')).json();
  return factors;
}
