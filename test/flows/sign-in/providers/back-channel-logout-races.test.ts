import { describe, expect, test } from 'vitest';
import { testClock } from '../../../support/clock.ts';
import { inBetween } from '../../../support/in-between.ts';
import { testInstances } from '../../../support/instances.ts';
import { logoutToken, said, tell } from '../../../support/logout-tokens.ts';
import type { LyingPerson } from '../../../support/lying-provider.ts';
import { type Person, person } from '../../../support/person.ts';
import {
  begin,
  comeBack,
  outcome,
  problem,
  providerPerson,
  signInBy,
} from '../../../support/provider-visits.ts';
import { testProvider } from '../../../support/test-provider.ts';
import { withApp } from '../../../support/totp.ts';

// Two requests of which one comes whole before some command of the other: before each of them in turn.

const { start } = testInstances('back channel logout races');
const acme = await testProvider('acme');

/** The session there by which everybody in this file comes. */
const sid = 'a session there';
/** More than any of these requests sends. */
const mostCommands = 30;
const done = [200, ''];

const startAnother = (now = () => new Date()) => start({ environment: acme.environment(), now });
const ended = async (someone: Person) => (await someone.status()) === 401;

function sentBack(url: string, who: LyingPerson) {
  acme.lies = { claims: { sid } };
  return acme.sendBack(url, who);
}

async function signIn(someone: Person, who: LyingPerson) {
  acme.lies = { claims: { sid } };
  return outcome(await signInBy(someone, acme, who));
}

/** Has the provider ask anew who somebody is that is signed in: what comes back renews the session. */
async function aboutToShow(browser: Person, who: LyingPerson) {
  const begun = await browser.pages.get('/sign-in/with/acme', { query: [['anew', 'true']] });
  const fields = acme.sendBack(begun.headers.get('location'), who);
  return async () => outcome(await comeBack(browser, fields));
}

/** Somebody who has a second factor, and uses each code once. */
async function withSecondFactor() {
  const clock = testClock();
  const who = providerPerson();
  const ada = person({ instance: startAnother(clock.now) });
  await signIn(ada, who);
  const { code } = await withApp(ada, clock);

  async function wait(browser: Person): Promise<void> {
    clock.pass(30);
    expect(await signIn(browser, who)).toEqual([303, '/second-factor']);
  }

  const answer = async (browser: Person) =>
    (await browser.auth.post('/auth/second-factor', { code: code() })).status;
  return { clock, who, ada, wait, answer };
}

/** @param round with the number of the command; true once the request needed fewer. */
async function atEachCommand(round: (commands: number) => Promise<boolean>): Promise<void> {
  for (let commands = 0; commands < mostCommands; commands += 1) if (await round(commands)) return;
  throw new Error(`it needed ${mostCommands} commands and more`);
}

describe.each<[string, (who: LyingPerson) => Promise<string>]>([
  ['all that somebody has there', ({ sub }) => logoutToken(acme, { sub })],
  ['a session there', () => logoutToken(acme, { sid })],
])('the end of %s', { timeout: 60_000 }, (_, tokenFor) => {
  /** Told by the provider, through an instance of its own unless one is named. */
  async function tellEnd(who: LyingPerson, instance = startAnother()): Promise<void> {
    expect(said(await tell(person({ instance }), await tokenFor(who)))).toEqual(done);
  }

  test('in the middle of a sign-in’s completion leaves nobody signed in', async () => {
    const { clock, who, ada, wait, answer } = await withSecondFactor();
    await atEachCommand(async (commands) => {
      const slow = startAnother(clock.now);
      const browser = ada.elsewhere({ instance: slow });
      await wait(browser);
      const { happened } = inBetween(slow, commands, () => tellEnd(who));

      const status = await answer(browser);

      if (happened()) expect([commands, await ended(browser)]).toEqual([commands, true]);
      else expect(status).toBe(200);
      return !happened();
    });
  });

  test('in the middle of which a sign-in is completed ends that too', async () => {
    const { clock, who, ada, wait, answer } = await withSecondFactor();
    await atEachCommand(async (commands) => {
      const slow = startAnother(clock.now);
      const browser = ada.elsewhere();
      await wait(browser);
      const { happened } = inBetween(slow, commands, () => answer(browser));

      await tellEnd(who, slow);

      expect([commands, await ended(browser)]).toEqual([commands, true]);
      return !happened();
    });
  });

  test('in the middle of showing anew who one is ends the session that comes of that', async () => {
    const who = providerPerson();
    await atEachCommand(async (commands) => {
      const slow = startAnother();
      const browser = person({ instance: slow });
      await signIn(browser, who);
      const show = await aboutToShow(browser, who);
      const { happened } = inBetween(slow, commands, () => tellEnd(who));

      const shown = await show();

      if (happened()) expect([commands, await ended(browser)]).toEqual([commands, true]);
      else expect(shown).toEqual([303, '/']);
      return !happened();
    });
  });

  test('in the middle of which somebody shows anew who they are ends the session that comes of that', async () => {
    const who = providerPerson();
    await atEachCommand(async (commands) => {
      const slow = startAnother();
      const browser = person({ instance: startAnother() });
      await signIn(browser, who);
      const { happened } = inBetween(slow, commands, await aboutToShow(browser, who));

      await tellEnd(who, slow);

      expect([commands, await ended(browser)]).toEqual([commands, true]);
      return !happened();
    });
  });

  test.each<[string, (who: LyingPerson) => Promise<unknown>]>([
    ['a sign-in', (who) => signIn(person({ instance: startAnother() }), who)],
    ['a first sign-in, which makes the account,', async () => undefined],
  ])('in the middle of %s leaves nobody signed in', async (_what, before) => {
    await atEachCommand(async (commands) => {
      const who = providerPerson();
      await before(who);
      const slow = startAnother();
      const browser = person({ instance: slow });
      const fields = sentBack(await begin(browser), who);
      const { happened } = inBetween(slow, commands, () => tellEnd(who));

      const answer = outcome(await comeBack(browser, fields));

      if (!happened()) return true;
      expect([commands, await ended(browser)]).toEqual([commands, true]);
      // Where it comes last of all, the answer is that of a sign-in.
      expect([problem('sign_in_expired'), [303, '/']]).toContainEqual(answer);
      expect(await signIn(browser, who)).toEqual([303, '/']);
      return false;
    });
  });

  test('in the middle of a sign-in that is to wait for a second factor leaves nothing that waits', async () => {
    const { clock, who, ada, answer } = await withSecondFactor();
    await atEachCommand(async (commands) => {
      // Not that it were the same moment as another's end.
      clock.pass(30);
      const slow = startAnother(clock.now);
      const browser = ada.elsewhere({ instance: slow });
      const fields = sentBack(await begin(browser), who);
      const { happened } = inBetween(slow, commands, () => tellEnd(who, startAnother(clock.now)));

      await comeBack(browser, fields);

      if (!happened()) return true;
      expect([commands, await answer(browser)]).toEqual([commands, 401]);
      return false;
    });
  });

  test('in the middle of showing anew who one is by another session there ends the one that comes of that', async () => {
    const who = providerPerson();
    await atEachCommand(async (commands) => {
      const slow = startAnother();
      const browser = person({ instance: slow });
      acme.lies = { claims: { sid: 'the session there before' } };
      expect(outcome(await signInBy(browser, acme, who))).toEqual([303, '/']);
      acme.lies = { claims: { sid } };
      const show = await aboutToShow(browser, who);
      const { happened } = inBetween(slow, commands, () => tellEnd(who));

      await show();

      if (!happened()) return true;
      // Who ends before we hear of the sign-in, the provider does not let in.
      if (commands > 0) expect([commands, await ended(browser)]).toEqual([commands, true]);
      return false;
    });
  });
});
