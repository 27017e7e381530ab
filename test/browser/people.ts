import type { Page } from 'playwright-core';

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

export async function signIn(
  page: Page,
  url: string,
  { email, name }: Person,
  secret = password,
): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: `Hello, ${name}` }).waitFor();
}

export const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();
