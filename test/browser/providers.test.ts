import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { knowing, knownAt } from '../support/by-provider.ts';
import { startProvider, type TestProvider } from '../support/oidc-provider.ts';
import { testBrowsers } from './browsers.ts';
import { look, screenshots, views } from './look.ts';
import { heading, newPerson, password, signUp } from './people.ts';

let acme: TestProvider;
let formal: TestProvider;

const { site, openBrowser } = testBrowsers(async (publicUrl) => {
  acme = await startProvider({ publicUrl });
  formal = await startProvider({ publicUrl, id: 'formal', responseMode: 'form_post' });
  return knowing(acme.environment({ icon: '/icons/acme.svg' }), formal.environment({ name: 'Formal' }));
});
afterAll(() => Promise.all([acme?.close(), formal?.close()]));

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><rect width="20" height="20" rx="5" fill="#c2410c"/></svg>';

/** A browser, on a site that serves the icon, and somebody whom the providers know. */
async function open(options: Parameters<typeof openBrowser>[0] = { javaScriptEnabled: false }) {
  const page = await openBrowser(options);
  await page.route('**/icons/acme.svg', (route) =>
    route.fulfill({ contentType: 'image/svg+xml', body: icon }),
  );
  const person = newPerson();
  for (const each of [acme, formal]) knownAt(each, person.email);
  return { page, person };
}

/** Signs in there by the button with the name. */
async function signInThere(page: Page, who: string): Promise<void> {
  await page.getByRole('heading', { name: 'Sign in to Acme' }).waitFor();
  await page.getByRole('link', { name: who }).click();
}

const pathOf = (page: Page) => new URL(page.url()).pathname;

describe('somebody who comes by a provider', () => {
  test('goes from the button to where they wanted to go, and is greeted by name', async () => {
    const { page, person } = await open();
    await page.goto(`${site.url}/devices`);
    await page.getByRole('link', { name: 'Sign in with Acme' }).click();
    await signInThere(page, person.email);

    await page.getByRole('heading', { name: 'Devices' }).waitFor();
    await page.goto(site.url);
    expect(await heading(page)).toBe('Hello, Ada Lovelace');
  });

  test('is told where they refuse there, and may try again', async () => {
    const { page, person } = await open();
    await page.goto(`${site.url}/sign-up`);
    await page.getByRole('link', { name: 'Go on with Acme' }).click();
    await signInThere(page, 'nobody');

    expect(await page.getByRole('alert').innerText()).toContain('You were not signed in there');
    expect(pathOf(page)).toBe('/sign-in');
    await page.getByRole('link', { name: 'Sign in with Acme' }).click();
    await signInThere(page, person.email);
    await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor();
  });

  test('is signed in by one that answers by a form from another site, which keeps our cookies back', async () => {
    const { page, person } = await open({});
    const posted = page.waitForRequest(
      (request) => request.method() === 'POST' && request.url().endsWith('/callback'),
    );
    await page.goto(`${site.url}/sign-in?next=/devices`);
    await page.getByRole('link', { name: 'Sign in with Formal' }).click();
    await signInThere(page, person.email);

    await page.getByRole('heading', { name: 'Devices' }).waitFor();
    const cookies = (await (await posted).allHeaders()).cookie ?? '';
    expect((await posted).url()).toBe(`${site.url}/auth/with/formal/callback`);
    expect(cookies).toContain('session_auth_provider_tie=');
    expect(cookies).not.toMatch(/session_auth_provider=|session_auth=/);
  });

  test('finds their account, whose address it is, and links it', async () => {
    const { page, person } = await open();
    await signUp(page, site.url, person);
    await page.getByRole('button', { name: 'Sign out' }).first().click();
    await page.goto(`${site.url}/sign-in`);
    await page.getByRole('link', { name: 'Sign in with Acme' }).click();
    await signInThere(page, person.email);
    expect(await page.getByRole('alert').innerText()).toContain('There is an account of that address');

    await page.getByLabel('E-mail address').fill(person.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Security' }).waitFor();
    // There they are signed in by now.
    await page.getByRole('button', { name: 'Link Acme' }).click();

    await page.getByText('The sign-in is linked.').waitFor();
    expect(await page.getByRole('status').innerText()).toContain('The sign-in is linked.');
    expect(await page.getByRole('heading', { name: 'Acme', exact: true }).count()).toBe(1);
    await page.getByText('Unlink').first().click();
    await page.getByRole('button', { name: 'Unlink' }).click();
    expect(await page.getByRole('status').innerText()).toContain('The sign-in is unlinked');
    expect(await page.getByRole('button', { name: 'Link Acme' }).count()).toBe(1);
  });

  test('is told where they are signed in and refuse there', async () => {
    const { page, person } = await open();
    await signUp(page, site.url, person);
    await page.goto(`${site.url}/security`);
    await page.getByRole('button', { name: 'Link Acme' }).click();
    await signInThere(page, 'nobody');

    expect(pathOf(page)).toBe('/security');
    expect(await page.getByText('You were not signed in there').isVisible()).toBe(true);
  });
});

describe.each(views)('in the %s theme, at a width of %d', (colorScheme, width) => {
  test('the pages of providers can be read by all', async () => {
    await mkdir(screenshots, { recursive: true });
    const { page, person } = await open({ colorScheme, viewport: { width, height: 800 } });
    const see = (name: string) => look(page, name, `${name}-${colorScheme}-${width}`);
    const visit = async (path: string, name: string) => {
      await page.goto(site.url + path);
      await see(name);
    };
    await visit('/sign-in', 'provider-sign-in');
    await visit('/sign-up', 'provider-sign-up');
    await visit('/sign-in?problem=account_exists', 'provider-problem');

    await page.getByRole('link', { name: 'Sign in with Acme' }).click();
    await signInThere(page, person.email);
    await page.getByRole('heading', { name: 'Security' }).waitFor();
    await visit('/security', 'provider-security');
    await page.getByText('Unlink').first().click();
    await see('provider-unlink');
    await visit('/reauthenticate', 'provider-reauthenticate');
    await visit('/security', 'provider-security');
    // It goes on by itself, but where the other site has nothing to show.
    await page.route(`${formal.issuer}/**`, (route) => route.fulfill({ status: 204 }));
    await page.getByRole('button', { name: 'Link Formal' }).click();
    await page.getByRole('heading', { name: 'On to Formal' }).waitFor();
    await see('provider-on');
  });
});
