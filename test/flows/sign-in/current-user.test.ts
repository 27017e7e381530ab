import { describe, expect, test } from 'vitest';
import { createPasswordWayIn } from '../../../lib/flows/sign-in/password/way-in.ts';
import { currentUser, userOn } from '../../../lib/web/session/require-user.ts';
import { changed, userOf, verify } from '../../support/addresses.ts';
import { type Death, dieAt } from '../../support/dying.ts';
import { testInstances } from '../../support/instances.ts';
import { tokenTo } from '../../support/mail.ts';
import { newAddress, type Person, signedUp, strongPassword } from '../../support/person.ts';
import { actingApp, browser } from '../../support/session-app.ts';

const { start } = testInstances('current-user');

/** Somebody on two instances that both have told of the user. */
async function onTwo(): Promise<[Person, Person]> {
  const here = await signedUp({ instance: start() });
  const there = here.elsewhere({ instance: start(), cookies: here.cookies });
  for (const each of [here, there]) await userOf(each);
  return [here, there];
}

const rename = ({ account }: Person, name: string, options = {}) =>
  account.patch('/account', { name }, options);

describe('an instance that has told of a user', () => {
  test('tells of a new name that another instance has set', async () => {
    const [here, there] = await onTwo();

    for (const name of ['Ada', 'Grace', 'Ada']) {
      expect((await rename(here, name)).status).toBe(200);
      expect((await userOf(there)).name).toBe(name);
      expect((await userOf(here)).name).toBe(name);
    }
  });

  test('tells of a confirmed address, and of a new one', async () => {
    const [here, there] = await onTwo();
    await verify(here, await tokenTo(start(), here.email, '/verify-email'));
    expect(await userOf(there)).toMatchObject({ email: here.email, emailVerified: true });

    const newEmail = newAddress();
    await changed(start(), here, newEmail);
    for (const each of [there, here])
      expect(await userOf(each)).toMatchObject({ email: newEmail, emailVerified: true });
  });

  test('of names set at once on two instances, all tell the same', async () => {
    const [here, there] = await onTwo();
    const third = here.elsewhere({ instance: start(), cookies: here.cookies });

    await Promise.all([rename(here, 'Ada'), rename(there, 'Grace'), rename(here, 'Edith')]);

    const [name, ...others] = await Promise.all(
      [third, here, there].map(async (each) => (await userOf(each)).name),
    );
    expect(others).toEqual([name, name]);
    expect((await third.account.get('/account')).json().user.name).toBe(name);
  });

  test.each<Death>(['before', 'after'])(
    'tells what is true where a renaming dies %s a command',
    async (death) => {
      const told = new Set<string | null>();
      for (let commands = 0; ; commands += 1) {
        const [here, there] = await onTwo();
        const instance = start();
        const doomed = here.elsewhere({ instance, cookies: here.cookies });
        await userOf(doomed);
        const { dead } = dieAt(instance, commands, death);
        const { status } = await rename(doomed, 'Ada', { expect5xx: true });

        const { name } = (await there.account.get('/account')).json().user;
        for (const each of [here, there, here.elsewhere({ instance: start(), cookies: here.cookies })])
          expect((await userOf(each)).name).toBe(name);
        told.add(name);
        if (status === 200) expect(name).toBe('Ada');
        if (!dead()) break;
      }
      expect([...told].sort()).toEqual(['Ada', null]);
    },
  );

  test('a sign-in that began before a renaming tells of it', async () => {
    const [here, there] = await onTwo();
    const phone = here.elsewhere({ instance: start() });

    // Signing in takes its time for the hash: names change all the while.
    let signedIn = false;
    const signingIn = phone.signIn().then(() => {
      signedIn = true;
    });
    for (let count = 0; !signedIn; count += 1) {
      await rename(here, `Ada ${count}`);
      // A database in this process answers before anything else has its turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await signingIn;

    const { name } = (await there.account.get('/account')).json().user;
    expect((await userOf(phone)).name).toBe(name);
  });
});

describe('a request', () => {
  test('sees by itself what it has changed of its user, and who has signed in by it', async () => {
    const instance = start();
    const { handler, act } = actingApp(instance);
    const client = browser(handler);
    const { accounts, emailAddresses } = instance.services;
    const account = { email: newAddress(), password: strongPassword, name: 'Ada' };
    await client.post('/auth/sign-up', account);

    const renamed = await act(client, async (req) => {
      await accounts.rename(req, 'Countess');
      return currentUser(req);
    });
    expect(renamed.json()).toMatchObject({ email: account.email, name: 'Countess', emailVerified: false });

    const token = await tokenTo(instance, account.email, '/verify-email');
    const confirmed = await act(client, async (req) => {
      await emailAddresses.verify(req, token);
      return currentUser(req);
    });
    expect(confirmed.json()).toMatchObject({ name: 'Countess', emailVerified: true });

    const signedIn = await act(browser(handler), async (req) => {
      const before = userOn(req);
      const proof = await createPasswordWayIn(instance.services).prove(account, req);
      await instance.services.sessions.complete(req, proof);
      return { before, after: userOn(req) };
    });
    expect(signedIn.json()).toEqual({ before: null, after: confirmed.json() });

    const signedOut = await act(client, async (req, res) => {
      await instance.services.sessions.signOut(req, res);
      return { user: userOn(req) };
    });
    expect(signedOut.json()).toEqual({ user: null });
  });

  test('that confirms the address of somebody else still sees its own user', async () => {
    const instance = start();
    const { handler, act } = actingApp(instance);
    const [ada, eve] = [browser(handler), browser(handler)];
    const account = { email: newAddress(), password: strongPassword };
    await ada.post('/auth/sign-up', account);
    await eve.post('/auth/sign-up', { ...account, email: newAddress('eve') });
    const token = await tokenTo(instance, account.email, '/verify-email');

    const told = await act(eve, async (req) => {
      await instance.services.emailAddresses.verify(req, token);
      return currentUser(req);
    });

    expect(told.json()).toMatchObject({ email: expect.stringMatching(/^eve/), emailVerified: false });
  });
});
