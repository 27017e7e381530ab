import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  enterByProvider,
  knownAt,
  leadsTo,
  linkedTo,
  linkProvider,
  signInThere,
} from '../../support/by-provider.ts';
import { testClock } from '../../support/clock.ts';
import { type Death, dieAt } from '../../support/dying.ts';
import { testInstances } from '../../support/instances.ts';
import { startProvider, type TestProvider } from '../../support/oidc-provider.ts';
import { signedUp } from '../../support/person.ts';
import { quickPasswords } from '../../support/quick-passwords.ts';

const { start } = testInstances('interrupted providers');
const deaths = ['before', 'after'] as const satisfies Death[];
/** More than any change sends. */
const mostCommands = 40;
let acme: TestProvider;

beforeAll(async () => {
  acme = await startProvider();
});
afterAll(() => acme.close());

async function member() {
  const clock = testClock();
  const options = { now: clock.now, passwords: quickPasswords, environment: acme.environment() };
  const instance = start(options);
  const ada = await signedUp({ instance });
  knownAt(acme, ada.email);
  const there = ada.elsewhere();
  await there.signIn();
  // A lock that its change has left is over by then.
  const later = () => clock.pass(16);
  return { clock, instance, ada, there, later, another: start(options) };
}

test.each(deaths)(
  'linking that is interrupted %s each command links or does not, ends no session, and can be done again',
  async (death) => {
    for (let commands = 0; commands < mostCommands; commands += 1) {
      const { instance, ada, there, later, another } = await member();
      const callback = await signInThere(await ada.account.post('/account/providers/acme'), ada.email);
      const { dead } = dieAt(instance, commands, death);

      const answer = await ada.auth.get(callback, { expect5xx: true });

      later();
      const here = ada.elsewhere({ instance: another, cookies: ada.cookies });
      expect([
        await here.status(),
        await there.elsewhere({ instance: another, cookies: there.cookies }).status(),
      ]).toEqual([200, 200]);
      const isLinked = (await linkedTo(here)).length === 1;
      if (answer.status === 303) expect([leadsTo(answer), isLinked]).toEqual(['/security', true]);
      const byIt = await enterByProvider(here.elsewhere());
      expect(leadsTo(byIt)).toBe(isLinked ? '/' : '/sign-in?problem=account_exists');
      if (!isLinked) expect(leadsTo(await linkProvider(here))).toBe('/security');
      expect(await linkedTo(here)).toEqual(['acme']);
      if (!dead()) return;
    }
    throw new Error(`it needed ${mostCommands} commands and more`);
  },
  240_000,
);

test.each(deaths)(
  'unlinking that is interrupted %s each command unlinks or does not, and can be done again',
  async (death) => {
    for (let commands = 0; commands < mostCommands; commands += 1) {
      const { instance, ada, there, later, another } = await member();
      await linkProvider(ada);
      const { dead } = dieAt(instance, commands, death);

      const answer = await ada.account.delete('/account/providers/acme', undefined, { expect5xx: true });

      later();
      const here = ada.elsewhere({ instance: another });
      expect((await here.signIn()).status).toBe(200);
      const isLinked = (await linkedTo(here)).length === 1;
      if (answer.status < 300) expect(isLinked).toBe(false);
      // It is unlinked once every session that was there has ended, and never before.
      if (!isLinked)
        expect(await there.elsewhere({ instance: another, cookies: there.cookies }).status()).toBe(401);
      if (isLinked) expect((await here.account.delete('/account/providers/acme')).status).toBe(204);
      expect(leadsTo(await enterByProvider(here.elsewhere()))).toBe('/sign-in?problem=account_exists');
      if (!dead()) return;
    }
    throw new Error(`it needed ${mostCommands} commands and more`);
  },
  240_000,
);
