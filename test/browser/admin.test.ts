import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { testBrowsers } from './browsers.ts';
import { look, screenshots, views } from './look.ts';
import { enterPassword, heading, newPerson, type Person, signIn, signUp } from './people.ts';

const { site, openBrowser } = testBrowsers();

/** An administrator, in a browser without JavaScript. */
async function administrator(options: object = {}): Promise<{ page: Page; boss: Person }> {
  const page = await openBrowser({ javaScriptEnabled: false, ...options });
  const boss = await signUp(page, site.url, newPerson('Grace Hopper'));
  await site.makeAdministrator(boss.email);
  return { page, boss };
}

async function find(page: Page, query: string): Promise<void> {
  await page.getByRole('link', { name: 'Administration' }).click();
  await page.getByLabel('Address, name or id').fill(query);
  await page.getByRole('button', { name: 'Search' }).click();
}

/** Opens what says what a button does, and presses that. */
async function press(page: Page, about: string, button = about): Promise<void> {
  await page.locator('summary', { hasText: about }).click();
  await page.getByRole('button', { name: button }).click();
}

const told = (page: Page, text: string) => page.getByRole('status').getByText(text).waitFor();

test('an administrator finds a user, keeps the user out, lets the user in, and helps with a new password', async () => {
  const { page } = await administrator();
  const there = await openBrowser({ javaScriptEnabled: false });
  const ada = await signUp(there, site.url, newPerson('Ada Findable'));

  await page.goto(`${site.url}/`);
  await find(page, 'ada find');
  await page.getByRole('link', { name: ada.email }).click();
  expect(await heading(page)).toBe(ada.email);
  await press(page, 'Disable the account');
  await told(page, 'The account is disabled');
  await there.reload();
  await there.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor();
  await enterPassword(there, site.url, ada);
  await there.getByText('This account is disabled').first().waitFor();

  await page.getByRole('button', { name: 'Enable the account' }).click();
  await told(page, 'The account is enabled');
  await signIn(there, site.url, ada);
  await page.getByRole('button', { name: 'Mail a link to choose a password' }).click();
  await told(page, 'A link to choose a new password is on its way');
  await there.goto(await site.linkMailedTo(ada.email));
  await there.getByLabel('New password').fill('quite another long password');
  await there.getByRole('button', { name: 'Set the new password' }).click();
  await told(there, 'Your new password is set');

  await page.getByRole('textbox', { name: 'Roles' }).fill('editor, author');
  await page.getByRole('button', { name: 'Save roles' }).click();
  await told(page, 'The change is made');
  expect(await page.getByRole('textbox', { name: 'Roles' }).inputValue()).toBe('author, editor');
  await page.getByRole('link', { name: 'Activity of this account' }).click();
  await page.getByRole('heading', { name: 'Roles changed by an administrator' }).waitFor();
  await page.goBack();
  await page.locator('summary', { hasText: 'Delete the account' }).click();
  await page.getByLabel('E-mail address of this account').fill('somebody.else@example.com');
  await page.getByRole('button', { name: 'Delete the account' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('E-mail address of this account').fill(ada.email);
  await page.getByRole('button', { name: 'Delete the account' }).click();
  await told(page, 'The account is deleted');
});

test('somebody who is invited chooses a password by the mail', async () => {
  const { page } = await administrator();
  const there = await openBrowser({ javaScriptEnabled: false });
  const bob = newPerson('Bob');

  await page.goto(`${site.url}/admin`);
  await page.getByRole('link', { name: 'Invite somebody' }).click();
  await page.getByLabel('E-mail address').fill(bob.email);
  await page.getByLabel('Name').fill(bob.name);
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await told(page, 'an invitation is on its way');
  await there.goto(await site.linkMailedTo(bob.email));
  await there.getByLabel('New password').fill('four plain words together');
  await there.getByRole('button', { name: 'Set the new password' }).click();

  await signIn(there, site.url, bob);
});

test('there is nothing for anybody else, and no link to it', async () => {
  const page = await openBrowser({ javaScriptEnabled: false });
  await signUp(page, site.url);

  expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
  const answer = await page.goto(`${site.url}/admin`);

  expect(answer?.status()).toBe(404);
});

describe.each(views)('in the %s theme, at a width of %d', (colorScheme, width) => {
  test('pages of administration can be read by all', async () => {
    await mkdir(screenshots, { recursive: true });
    const viewport = { width, height: 800 };
    // axe is a script.
    const { page, boss } = await administrator({ colorScheme, viewport, javaScriptEnabled: true });
    const see = (name: string) => look(page, name, `${name}-${colorScheme}-${width}`);

    await page.goto(`${site.url}/admin`);
    await see('admin');
    await page.goto(`${site.url}/admin?query=nobody.at.all`);
    await see('admin-nobody');
    await page.getByLabel('Address, name or id').fill(boss.email);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: boss.email }).click();
    await see('admin-user');
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.getByLabel('E-mail address of this account').fill('somebody.else@example.com');
    await page.getByRole('button', { name: 'Delete the account' }).click();
    await page.getByRole('alert').waitFor();
    await see('admin-user-wrong');
    await page.goto(`${site.url}/admin/invitation`);
    await page.getByLabel('E-mail address').fill(boss.email);
    await page.getByRole('button', { name: 'Send the invitation' }).click();
    await page.getByRole('alert').waitFor();
    await see('admin-invitation-wrong');
    await page.goto(`${site.url}/admin/events`);
    await see('admin-events');
  });
});
