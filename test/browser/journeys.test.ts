import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

import { describe, expect, test } from 'vitest';
import { testBrowsers } from './browsers.ts';
import { look } from './look.ts';
import { addApp, heading, newPerson, password, signIn, signUp } from './people.ts';

const { site, openBrowser: openScripted, openTab } = testBrowsers();

/** Without scripts, as the pages need none. */
const openBrowser = () => openScripted({ javaScriptEnabled: false });

describe('somebody who signs up', () => {
  test('is greeted by name, also after a reload and after all instances were restarted', async () => {
    const page = await openBrowser();
    await signUp(page, site.url);
    expect(await page.getByRole('status').innerText()).toContain('Your account is ready.');

    await page.reload();
    expect(await heading(page)).toBe('Hello, Ada Lovelace');
    expect(await page.getByRole('status').count()).toBe(0);

    await site.restart();
    await page.reload();
    expect(await heading(page)).toBe('Hello, Ada Lovelace');
  });

  test('confirms the address by the link of the mail', async () => {
    const page = await openBrowser();
    const { email } = await signUp(page, site.url);

    await page.goto(await site.linkMailedTo(email));
    await page.getByRole('button', { name: 'Confirm address' }).click();

    expect(await page.getByRole('status').innerText()).toBe('Your e-mail address is confirmed.');
    expect(await page.getByText('Send the mail again').count()).toBe(0);
  });

  test('finds what was typed, and what is wrong beside it', async () => {
    const page = await openBrowser();
    await page.goto(`${site.url}/sign-up`);
    await page.getByLabel('Name').fill('Grace');
    await page.getByLabel('E-mail address').fill('grace@example.com');
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Create account' }).click();

    const field = page.getByLabel('Password');
    expect(await page.getByLabel('Name').inputValue()).toBe('Grace');
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('grace@example.com');
    expect(await field.inputValue()).toBe('');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    const [, error] = ((await field.getAttribute('aria-describedby')) ?? '').split(' ');
    expect(await page.locator(`#${error}`).innerText()).toMatch(/15 characters/);
    expect(await page.title()).toMatch(/^Error: /);
  });
});

describe('a mailed code', () => {
  test('signs in and goes on to where one wanted to go', async () => {
    const laptop = await openBrowser();
    const { email } = await signUp(laptop, site.url);
    const phone = await openBrowser();

    await phone.goto(`${site.url}/devices`);
    await phone.getByRole('link', { name: 'Mail me a code instead' }).click();
    await phone.getByLabel('E-mail address').fill(email);
    await phone.getByRole('button', { name: 'Mail me a code' }).click();
    await phone.getByLabel('Code', { exact: true }).fill('1234');
    await phone.getByRole('button', { name: 'Sign in' }).click();
    expect(await phone.getByRole('alert').innerText()).toContain('Code must be 8 digits.');
    await phone.getByLabel('Code', { exact: true }).fill(await site.codeMailedTo(email));
    await phone.getByRole('button', { name: 'Sign in' }).click();

    await phone.getByText('This device').waitFor();
    expect(new URL(phone.url()).pathname).toBe('/devices');
  });
});

describe('a session', () => {
  test('ends on one device when it is ended from another', async () => {
    const laptop = await openBrowser();
    const phone = await openBrowser();
    const person = await signUp(laptop, site.url);
    await signIn(phone, site.url, person);

    await laptop.getByRole('link', { name: 'Devices' }).first().click();
    const other = laptop.getByRole('listitem').filter({ hasText: 'End session' });
    expect(await laptop.getByText('This device').count()).toBe(1);
    await other.getByRole('button', { name: 'End session' }).click();
    expect(await laptop.getByRole('status').innerText()).toContain('The session has ended.');

    await phone.goto(`${site.url}/settings`);
    expect(new URL(phone.url()).pathname).toBe('/sign-in');
    await laptop.goto(`${site.url}/settings`);
    expect(await heading(laptop)).toBe('Settings');
  });

  test('that is signed out in one tab stays so, whatever another tab is loading', async () => {
    const tab = await openBrowser();
    const person = newPerson();
    await signUp(tab, site.url, person);
    const loading = await openTab(tab.context());

    for (let round = 0; round < 5; round += 1) {
      await tab.goto(`${site.url}/settings`);
      const loads = (async () => {
        for (const path of ['/', '/devices', '/activity', '/settings']) await loading.goto(site.url + path);
      })();
      await tab.getByRole('button', { name: 'Sign out' }).click();
      await tab.getByRole('heading', { name: 'Your account, in your hands' }).waitFor();
      await loads;
      await loading.goto(`${site.url}/settings`);
      expect(new URL(loading.url()).pathname).toBe('/sign-in');
      await signIn(tab, site.url, person);
    }
  });

  test('leaves nothing for the back button to show once it is signed out', async () => {
    const page = await openBrowser();
    const { email } = await signUp(page, site.url);
    await page.goto(`${site.url}/settings`);
    await page.goto(`${site.url}/devices`);
    await page.goto(`${site.url}/activity`);
    const startedAt = performance.now();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    // Where a browser is told to clear its cache, the answer waits for that.
    expect(performance.now() - startedAt).toBeLessThan(5000);

    for (let back = 0; back < 4; back += 1) {
      await page.goBack();
      expect(await page.content()).not.toContain(email);
      expect(await page.content()).not.toContain('Ada Lovelace');
    }
  });

  test('leads back to the page that asked to sign in', async () => {
    const page = await openBrowser();
    const person = await signUp(page, site.url);
    await page.getByRole('button', { name: 'Sign out' }).first().click();

    await page.goto(`${site.url}/devices`);
    await page.getByLabel('E-mail address').fill(person.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();

    await page.getByRole('heading', { name: 'Devices' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/devices');
  });
});

describe('a second factor', () => {
  test('is added, kept as a file, asked for and replaced by a recovery code', async () => {
    const page = await openBrowser();
    const person = await signUp(page, site.url);
    await page.goto(`${site.url}/settings`);
    await page.getByRole('link', { name: 'Go to security' }).click();
    await addApp(page, site.url);
    const codes = await page.locator('.codes code').allInnerTexts();
    expect(codes).toHaveLength(10);

    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as a text file' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('recovery-codes.txt');
    const file = await readFile(await download.path(), 'utf8');
    for (const code of codes) expect(file).toContain(code);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('link', { name: 'I have kept them' }).isVisible()).toBe(false);
    expect(await page.locator('.codes').isVisible()).toBe(true);
    await page.emulateMedia({ media: null });

    const phone = await openBrowser();
    await phone.goto(`${site.url}/devices`);
    await phone.getByLabel('E-mail address').fill(person.email);
    await phone.getByLabel('Password').fill(password);
    await phone.getByRole('button', { name: 'Sign in', exact: true }).click();
    expect(await heading(phone)).toBe('One more step');
    await phone.getByText('Your app is not at hand?').click();
    await phone.getByLabel('Recovery code').fill(codes[0]?.toLowerCase() ?? '');
    await phone.keyboard.press('Enter');
    await phone.getByRole('heading', { name: 'Devices' }).waitFor();
    await phone.goto(`${site.url}/security`);
    expect(await phone.getByText('9 left').count()).toBe(1);
    await phone.getByRole('button', { name: 'Remove the app' }).click();
    expect(await phone.getByRole('status').innerText()).toContain('is removed');
    await page.goto(`${site.url}/settings`);
    expect(new URL(page.url()).pathname).toBe('/sign-in');
  });

  test('is given with the keyboard alone: the field for it comes first', async () => {
    const page = await openBrowser();
    const person = await signUp(page, site.url);
    await addApp(page, site.url);
    const phone = await openBrowser();
    await phone.goto(`${site.url}/sign-in`);
    await phone.getByLabel('E-mail address').fill(person.email);
    await phone.getByLabel('Password').fill(password);
    await phone.keyboard.press('Enter');
    await phone.getByRole('heading', { name: 'One more step' }).waitFor();
    await phone.locator('main').focus();

    const reached: string[] = [];
    for (let stop = 0; stop < 4; stop += 1) {
      await phone.keyboard.press('Tab');
      const at = phone.locator(':focus');
      reached.push((await at.getAttribute('name')) ?? (await at.innerText()));
    }

    expect(reached).toEqual(['code', 'Sign in', 'Your app is not at hand?', 'Cancel signing in']);
  });

  test('downloads the data of who signed in just now', async () => {
    const page = await openBrowser();
    const { email } = await signUp(page, site.url);
    await page.goto(`${site.url}/settings`);

    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download your data' }).click();

    expect(await readFile(await (await downloading).path(), 'utf8')).toContain(email);
  });
});

test('a function behind the authorizer knows who calls, and no longer once the session has ended', async () => {
  const page = await openBrowser();
  const call = async () => {
    const answer = await page.request.get(`${site.url}/example`);
    return { status: answer.status(), body: (await answer.json()) as { userId?: string } };
  };

  expect((await call()).status).toBe(403);
  await signUp(page, site.url);
  const { status, body } = await call();
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.getByText('You are signed out.').waitFor();

  expect([status, body]).toEqual([200, { userId: expect.stringMatching(/^[\w-]{22}$/) }]);
  // The device's cookie is there still, and is none of a session.
  expect((await call()).status).toBe(403);
  await page.context().clearCookies();
  // Without any cookie the authorizer is asked too: a token may be there in its place.
  expect((await call()).status).toBe(403);
});

test('a forgotten password is replaced by the link of a mail', async () => {
  const page = await openBrowser();
  const person = await signUp(page, site.url);
  const elsewhere = await openBrowser();
  const newPassword = 'quite another long password';

  await elsewhere.goto(`${site.url}/sign-in`);
  await elsewhere.getByRole('link', { name: 'Forgot your password?' }).click();
  await elsewhere.getByLabel('E-mail address').fill(person.email);
  await elsewhere.getByRole('button', { name: 'Send the link' }).click();
  expect(await elsewhere.getByRole('status').innerText()).toContain('a mail is on its way');

  const link = await site.linkMailedTo(person.email);
  expect(new URL(link).pathname).toBe('/reset-password');
  await elsewhere.goto(link);
  await elsewhere.getByLabel('New password').fill(newPassword);
  await elsewhere.getByRole('button', { name: 'Set the new password' }).click();
  expect(await elsewhere.getByRole('status').innerText()).toContain('Your new password is set');

  await signIn(elsewhere, site.url, person, newPassword);
  await page.goto(`${site.url}/settings`);
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  await page.goto(link);
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Your new password is set');
  expect(await page.getByRole('main').innerText()).toContain(person.email);
});

describe('with the keyboard alone', () => {
  const focused = (page: Page) => page.locator(':focus');

  test('somebody skips to the content, signs up and signs out', async () => {
    const page = await openBrowser();
    const person = newPerson('Katherine Johnson');
    await page.goto(`${site.url}/sign-up`);

    await page.keyboard.press('Tab');
    expect(await focused(page).innerText()).toBe('Skip to content');
    expect((await focused(page).boundingBox())?.x).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    for (const text of [person.name, person.email, password]) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Hello, Katherine Johnson' }).waitFor();

    const reached: string[] = [];
    while (reached.at(-1) !== 'Sign out' && reached.length < 12) {
      await page.keyboard.press('Tab');
      reached.push(await focused(page).innerText());
    }
    await page.keyboard.press('Enter');
    await page.getByText('You are signed out.').waitFor();
  });

  test('whoever made a mistake is taken to what is wrong, and from there to the field', async () => {
    const page = await openBrowser();
    await page.goto(`${site.url}/sign-in`);
    await page.getByLabel('E-mail address').fill('nobody@example.com');
    await page.getByLabel('Password').fill('x'.repeat(300));
    await page.keyboard.press('Enter');

    await page.getByRole('alert').waitFor();
    expect(await focused(page).getAttribute('role')).toBe('alert');
    await page.keyboard.press('Tab');
    expect(await focused(page).innerText()).toMatch(/^Password must be at most 256 characters/);
    await page.keyboard.press('Enter');
    expect(await focused(page).getAttribute('name')).toBe('password');
  });

  test('every stop on the way shows where it is', async () => {
    const page = await openBrowser();
    await signUp(page, site.url);
    await page.goto(`${site.url}/settings`);

    for (let stop = 0; stop < 25; stop += 1) {
      await page.keyboard.press('Tab');
      if ((await focused(page).count()) === 0) break;
      const outline = await focused(page).evaluate((element) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return `${outlineStyle} ${outlineWidth}`;
      });
      expect(outline).toBe('solid 3px');
    }
  });
});

describe('a browser with too many cookies of the domain', () => {
  test('is told so, deletes them by a button and goes on', async () => {
    const page = await openBrowser();
    await signUp(page, site.url);
    const cookies = ['a', 'b', 'c'].map((name) => ({ name, value: 'x'.repeat(3000), url: site.url }));
    await page.context().addCookies(cookies);

    await page.goto(`${site.url}/settings`);
    expect(await page.getByText('larger than 8 KiB').count()).toBe(1);
    await page.getByRole('button', { name: 'Delete the cookies of this site' }).click();
    await page.getByRole('link', { name: 'Go to the start page' }).click();

    expect(await page.context().cookies()).toEqual([]);
    expect(await page.getByRole('link', { name: 'Sign in' }).count()).toBeGreaterThan(0);
  });
});

describe('a password', () => {
  test('is shown to who types it and asks for that, and is hidden again when it is sent', async () => {
    const page = await openScripted();
    await page.goto(`${site.url}/sign-up`);
    const field = page.getByLabel('Password');
    const button = page.getByRole('button', { name: 'Show Password' });
    const state = async () => [await field.getAttribute('type'), await button.getAttribute('aria-pressed')];
    await field.fill('short');
    expect(await state()).toEqual(['password', 'false']);

    await button.focus();
    await page.keyboard.press('Space');
    expect(await state()).toEqual(['text', 'true']);
    await page.keyboard.press('Enter');
    expect(await state()).toEqual(['password', 'false']);
    await button.click();
    expect(await field.inputValue()).toBe('short');
    await look(page, 'a password that is shown', 'password-shown');

    const types = page.evaluate(
      () =>
        new Promise((resolve) => {
          document.forms[0]?.addEventListener('formdata', () =>
            resolve(document.querySelector<HTMLInputElement>('[name=password]')?.type),
          );
        }),
    );
    await page.getByLabel('E-mail address').fill('shown@example.com');
    // Held, so that the page which sends it is still there to be asked.
    await page.route('**/sign-up', (route) => route.abort());
    await page.getByRole('button', { name: 'Create account' }).click();
    expect(await types).toBe('password');
  });

  test('has no button where there is no JavaScript', async () => {
    const page = await openBrowser();
    await page.goto(`${site.url}/sign-up`);

    expect(await page.getByRole('button', { name: /Show/ }).count()).toBe(0);
    expect(await page.getByLabel('Password').isVisible()).toBe(true);
  });
});

test('a developer finds the mail of a page by its link, and follows that of the mail', async () => {
  const page = await openBrowser();
  const { email } = await signUp(page, site.url);

  await page.getByRole('link', { name: 'Mails of this stage' }).click();
  await page.getByRole('link', { name: email }).first().click();
  const mail = page.frameLocator('iframe').first();
  await mail.getByText('This address was used to sign up').waitFor();
  await page.getByRole('link', { name: /Follow its link/ }).click();
  await page.getByRole('button', { name: 'Confirm address' }).click();

  expect(await page.getByRole('status').innerText()).toBe('Your e-mail address is confirmed.');
});
