import type { Page } from 'playwright-core';
import { codeOf } from '../support/totp.ts';

export const password = 'four plain words together';

export interface Person {
  name: string;
  email: string;
}

let people = 0;

export function newPerson(name = 'Ada Lovelace'): Person {
  people += 1;
  return { name, email: `browser${people}@example.com` };
}

/** Signs somebody new up, as a person does. */
export async function signUp(page: Page, url: string, person = newPerson()): Promise<Person> {
  await page.goto(`${url}/`);
  await page.getByRole('main').getByRole('link', { name: 'Create account' }).click();
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: `Hello, ${person.name}` }).waitFor();
  return person;
}

export async function signIn(page: Page, url: string, person: Person, secret = password): Promise<void> {
  await enterPassword(page, url, person, secret);
  await page.getByRole('heading', { name: `Hello, ${person.name}` }).waitFor();
}

/** The first step of signing in, whatever comes next. */
export async function enterPassword(
  page: Page,
  url: string,
  { email }: Pick<Person, 'email'>,
  secret = password,
): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** The code that an authenticator app shows, of the secret that the set-up page shows as text. */
export async function codeShownFor(page: Page): Promise<{ secret: string; code: string }> {
  const secret = (await page.locator('code.secret').innerText()).replaceAll(' ', '');
  return { secret, code: codeOf(secret, new Date()) };
}

/** Adds an authenticator app by the pages; what is shown then are the recovery codes. */
export async function addApp(page: Page, url: string): Promise<{ secret: string; code: string }> {
  await page.goto(`${url}/security`);
  await page.getByRole('button', { name: 'Add an app' }).click();
  const shown = await codeShownFor(page);
  await page.getByLabel('Code', { exact: true }).fill(shown.code);
  await page.getByRole('button', { name: 'Add the app' }).click();
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  return shown;
}

export const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();
