import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { testBrowsers } from './browsers.ts';
import { enterPassword, heading, signUp } from './people.ts';
import {
  type AuthenticatorOptions,
  addAuthenticator,
  type VirtualAuthenticator,
} from './virtual-authenticator.ts';

const { site, complaints, openBrowser } = testBrowsers();

/** Somebody who has just signed up, with an authenticator at hand. */
async function openWithAuthenticator(options: AuthenticatorOptions = {}) {
  const page = await openBrowser();
  const person = await signUp(page, site.url);
  return { page, person, authenticator: await addAuthenticator(page, options) };
}

async function addPasskey(page: Page, name = ''): Promise<void> {
  await page.goto(`${site.url}/security`);
  await page.getByLabel('Name (optional)').fill(name);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
}

/** The same browser without its cookies: nobody is signed in. */
async function leave(page: Page): Promise<void> {
  await page.context().clearCookies();
}

const session = async (page: Page) => {
  const answer = await page.request.get(`${site.url}/auth/session`);
  return answer.status() === 200 ? (await answer.json()).session : undefined;
};

/** What a page of ours asks for by its script, from now on. */
function watchOptions(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('options')) asked.push(new URL(request.url()).pathname);
  });
  return asked;
}

/**
 * Signs in by the button. Nobody touches the authenticator before or after that: else what the page offers by itself is
 * taken.
 */
async function enterByButton(
  page: Page,
  authenticator: VirtualAuthenticator,
  path = '/sign-in',
  before: () => Promise<void> = async () => undefined,
) {
  await authenticator.touch(false);
  await page.goto(site.url + path, { waitUntil: 'networkidle' });
  await before();
  let asked = 0;
  await page.route('**/auth/passkey/options', async (route) => {
    asked += 1;
    await authenticator.touch(asked === 1);
    await route.continue();
  });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
}

/** What is said beside a button, once it is. */
async function told(page: Page): Promise<string> {
  const place = page.locator('form:visible [aria-live]:not(:empty)');
  await place.waitFor();
  return place.innerText();
}

const codesAreShown = (page: Page) => page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();

describe('a passkey that works alone', () => {
  test('is added, named by its owner, and signs in where the browser offers it', async () => {
    const { page, authenticator } = await openWithAuthenticator({ isBackedUp: true });
    await addPasskey(page, 'Blue key');
    await codesAreShown(page);
    expect(await page.locator('.codes code').count()).toBe(10);
    await page.getByRole('link', { name: 'I have kept them' }).click();
    expect(await page.getByRole('heading', { name: 'Blue key' }).innerText()).toMatch(/synced/);
    expect((await session(page)).assurance).toBe(2);

    await leave(page);
    await page.goto(`${site.url}/sign-in?next=/devices`);
    await page.getByRole('heading', { name: 'Devices' }).waitFor();

    expect(await session(page)).toMatchObject({ methods: [{ method: 'passkey' }], assurance: 2 });
    await authenticator.remove();
  });

  test('signs in by the button, and is forgotten with the browser where that is ticked', async () => {
    const { page, authenticator } = await openWithAuthenticator();
    await addPasskey(page);
    await codesAreShown(page);
    await leave(page);

    await enterByButton(page, authenticator, '/sign-in?next=/devices', async () => {
      await page.getByLabel('Sign me out when I close the browser').check();
    });
    await page.getByRole('heading', { name: 'Devices' }).waitFor();

    const cookies = await page.context().cookies();
    expect(cookies.find(({ name }) => name === 'session_auth')?.expires).toBe(-1);
  });

  test('shows anew who one is, and leads back', async () => {
    const { page } = await openWithAuthenticator();
    await addPasskey(page);
    await codesAreShown(page);
    await page.goto(`${site.url}/reauthenticate?next=/devices`);
    expect(await page.getByText('with JavaScript switched on').isVisible()).toBe(false);

    await page.getByRole('button', { name: 'Use a passkey' }).click();

    await page.getByRole('heading', { name: 'Devices' }).waitFor();
    expect(await page.getByRole('status').innerText()).toContain('You have shown who you are');
  });

  test('is renamed, takes the place of the password, and stays as the last way in', async () => {
    const { page, person, authenticator } = await openWithAuthenticator();
    await addPasskey(page);
    await codesAreShown(page);
    await page.goto(`${site.url}/security`);
    await page.getByText('Rename or remove').click();
    await page.getByLabel('Name', { exact: true }).fill('Green key');
    await page.getByRole('button', { name: 'Save the name' }).click();
    expect(await page.getByRole('heading', { level: 3 }).innerText()).toBe('Green key');

    await page.getByText('Do without a password').click();
    await page.getByRole('button', { name: 'Remove the password' }).click();
    await page.getByText('You sign in with a passkey alone.').waitFor();
    await page.getByText('Rename or remove').click();
    await page.getByRole('button', { name: 'Remove this passkey' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('you could not sign in any more');

    await page.goto(`${site.url}/settings`);
    await page.getByLabel('New password').fill('quite another long password');
    await page.getByRole('button', { name: 'Set a password' }).click();
    await page.getByText('Your new password is set').waitFor();
    await page.goto(`${site.url}/security`);
    await page.getByText('Rename or remove').click();
    await page.getByRole('button', { name: 'Remove this passkey' }).click();
    await page.getByText('The passkey is removed').waitFor();
    // Its own copy is there still, and would be offered.
    await authenticator.remove();
    await leave(page);
    await page.goto(`${site.url}/sign-in`);
    await page.getByLabel('E-mail address').fill(person.email);
    await page.getByLabel('Password').fill('quite another long password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
  });

  test('is refused where its counter has gone back, which its owner is told', async () => {
    const { page, person, authenticator } = await openWithAuthenticator();
    await addPasskey(page);
    await codesAreShown(page);
    for (let time = 0; time < 2; time += 1) {
      await page.goto(`${site.url}/reauthenticate`);
      await page.getByRole('button', { name: 'Use a passkey' }).click();
      await page.getByRole('status').waitFor();
    }
    await leave(page);
    await authenticator.setCounters(1);

    await enterByButton(page, authenticator);
    await page.getByRole('alert').waitFor();

    expect(await page.getByRole('alert').innerText()).toContain('The passkey was not accepted.');
    expect(await session(page)).toBeUndefined();
    await authenticator.setCounters(100);
    await enterPassword(page, site.url, person);
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await authenticator.touch(true);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
    await page.goto(`${site.url}/activity`);
    expect(await page.getByText('there may be a copy of it').count()).toBe(1);
  });
});

describe.each([
  ['that keeps no names', { isResident: false, verifiesUser: true }],
  ['that verifies nobody', { isResident: true, verifiesUser: false }],
  ['that does neither', { isResident: false, verifiesUser: false }],
])('a key %s', (_what, options) => {
  test('is a second factor, and none that signs in alone', async () => {
    const { page, person, authenticator } = await openWithAuthenticator(options);
    await addPasskey(page);
    await codesAreShown(page);
    await page.goto(`${site.url}/security`);
    expect(await page.getByText('Once you have signed in with a passkey alone').count()).toBe(1);
    await leave(page);

    await enterByButton(page, authenticator);
    expect(await told(page)).toMatch(/^No passkey was shown\./);
    expect(await session(page)).toBeUndefined();
    await enterPassword(page, site.url, person);
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await authenticator.touch(true);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();

    expect(await session(page)).toMatchObject({
      methods: [{ method: 'password' }, { method: 'passkey' }],
      assurance: 2,
    });
  });
});

describe('the script', () => {
  test('says that a device has a passkey already, and takes another device then', async () => {
    const { page, authenticator } = await openWithAuthenticator();
    await addPasskey(page);
    await codesAreShown(page);
    await addPasskey(page, 'Again');
    expect(await told(page)).toBe('This device has a passkey of this account already.');

    await authenticator.remove();
    await addAuthenticator(page);
    await page.getByRole('button', { name: 'Add a passkey' }).click();

    await page.getByRole('heading', { name: 'Again' }).waitFor();
  });

  test('says what failed, in words that fit, and the button works again', async () => {
    const { page } = await openWithAuthenticator();
    await page.goto(`${site.url}/security`);
    const add = page.getByRole('button', { name: 'Add a passkey' });
    const where = '**/account/passkeys/options';
    const answer = (status: number, body: object) =>
      page.route(where, (route) => route.fulfill({ status, json: body }), { times: 1 });

    await page.route(where, (route) => route.abort(), { times: 1 });
    await add.click();
    expect(await told(page)).toContain('Look whether you are online');
    complaints.splice(0);
    await answer(429, { message: 'Too Many Requests' });
    await add.click();
    await page.getByText('Wait a while').waitFor();
    await answer(409, { code: 'too_many_passkeys', detail: 'You have 20 passkeys. Remove one first.' });
    await add.click();
    await page.getByText('as many passkeys as an account can have').waitFor();
    await add.click();

    await codesAreShown(page);
  });

  test('leads whoever has to show anew who they are there, and keeps what was typed', async () => {
    const { page } = await openWithAuthenticator();
    await page.goto(`${site.url}/security`);
    const problem = { code: 'reauthentication_needed', detail: 'Show anew who you are.' };
    await page.route('**/account/passkeys/options', (route) => route.fulfill({ status: 403, json: problem }));
    await page.getByLabel('Name (optional)').fill('Kept');

    const sent = page.waitForRequest(
      (request) => request.method() === 'POST' && /security$/.test(request.url()),
    );
    await page.getByRole('button', { name: 'Add a passkey' }).click();

    expect(Object.fromEntries(new URLSearchParams((await sent).postData() ?? ''))).toEqual({
      form: 'add_passkey',
      name: 'Kept',
      credential: '',
    });
  });

  test('leads whoever is not signed in any more to sign in', async () => {
    const { page } = await openWithAuthenticator();
    await page.goto(`${site.url}/security`);
    await leave(page);

    await page.getByRole('button', { name: 'Add a passkey' }).click();

    await page.waitForURL(`${site.url}/sign-in?next=%2Fsecurity`);
  });

  test('asks once, however often the button is pressed', async () => {
    const { page, authenticator } = await openWithAuthenticator();
    await authenticator.touch(false);
    await page.goto(`${site.url}/security`);
    const asked = watchOptions(page);

    for (let time = 0; time < 3; time += 1) await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.waitForTimeout(500);

    expect(asked).toEqual(['/account/passkeys/options']);
  });

  test('asks for another challenge before the one that it offers is over', async () => {
    const page = await openBrowser();
    await (await addAuthenticator(page)).touch(false);
    await page.clock.install();
    const asked = watchOptions(page);
    await page.goto(`${site.url}/sign-in`);
    await expect.poll(() => asked.length).toBe(1);

    await page.clock.fastForward(3 * 60 * 1000);
    expect(asked).toHaveLength(1);
    await page.clock.fastForward(61 * 1000);

    await expect.poll(() => asked.length).toBe(2);
  });

  test('does by itself what older browsers lack', async () => {
    const page = await openBrowser();
    await page.addInitScript(() => {
      const { PublicKeyCredential: known } = window;
      for (const name of ['parseCreationOptionsFromJSON', 'parseRequestOptionsFromJSON'])
        Reflect.deleteProperty(known, name);
      Reflect.deleteProperty(known.prototype, 'toJSON');
    });
    const person = await signUp(page, site.url);
    await addAuthenticator(page);
    await addPasskey(page);
    await codesAreShown(page);
    expect(await page.evaluate(() => 'toJSON' in PublicKeyCredential.prototype)).toBe(false);
    await addPasskey(page);
    expect(await told(page)).toBe('This device has a passkey of this account already.');
    await page.getByText('Do without a password').waitFor();
    await leave(page);

    await page.goto(`${site.url}/sign-in`);
    await page.getByRole('heading', { name: `Hello, ${person.name}` }).waitFor();

    expect(await session(page)).toMatchObject({ methods: [{ method: 'passkey' }] });
  });

  test('is the only one that runs, and asks nobody else', async () => {
    const page = await openBrowser();
    await page.goto(`${site.url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();

    const ran = await page.evaluate(async () => {
      for (const source of ['inline', 'data:text/javascript,window.ran=1', '/passkeys-x.js']) {
        const script = document.createElement('script');
        if (source === 'inline') script.textContent = 'window.ran = 1';
        else script.src = source;
        document.head.append(script);
      }
      const asked = await fetch('http://127.0.0.1:1/').catch((error) => String(error));
      return [Reflect.get(window, 'ran'), asked];
    });

    expect(ran).toEqual([undefined, 'TypeError: Failed to fetch']);
    const refused = complaints.splice(0).join('\n');
    expect(refused).toContain('Executing inline script violates');
    expect(refused).toContain("Loading the script 'data:text/javascript,window.ran=1' violates");
    expect(refused).toMatch(/Loading the script '[^']*\/passkeys-x\.js' violates/);
    expect(refused).toMatch(/http:\/\/127\.0\.0\.1:1\/' violates/);
  });
});

test('without JavaScript no page has a button for passkeys, and says what to do instead', async () => {
  const { page, person } = await openWithAuthenticator();
  await addPasskey(page);
  await codesAreShown(page);
  const code = await page.locator('.codes code').first().innerText();
  const plain = await openBrowser({ javaScriptEnabled: false });

  await enterPassword(plain, site.url, person);
  expect(await heading(plain)).toBe('One more step');
  expect(await plain.getByRole('button', { name: 'passkey' }).count()).toBe(0);
  expect(await plain.getByText('Without one, use a recovery code.').isVisible()).toBe(true);
  await plain.getByText('Your passkey is not at hand?').click();
  await plain.getByLabel('Recovery code').fill(code);
  await plain.getByRole('button', { name: 'Sign in' }).click();
  await plain.getByRole('heading', { name: /^Hello/ }).waitFor();
  await plain.goto(`${site.url}/security`);
  expect(await plain.getByRole('button', { name: 'Add a passkey' }).count()).toBe(0);
  expect(await plain.getByText('A passkey is added in a browser that knows passkeys').isVisible()).toBe(true);
  await plain.getByText('Rename or remove').click();
  await plain.getByLabel('Name', { exact: true }).fill('Named without a script');
  await plain.getByRole('button', { name: 'Save the name' }).click();
  expect(await plain.getByRole('heading', { level: 3 }).innerText()).toBe('Named without a script');
  await plain.getByRole('main').getByText('Rename or remove').click();
  await plain.getByRole('button', { name: 'Remove this passkey' }).click();
  await plain.getByText('The passkey is removed').waitFor();
});
