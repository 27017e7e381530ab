import { expect } from 'vitest';
import { createClient, eventSource, type TestEventSource } from './events.ts';
import type { Instance } from './instance.ts';

export const password = 'four plain words together';

/** What browsers say that they like best. */
export const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

/** The same of a browser whose reader likes German best. */
export const german = { ...html, 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' };

export const form = { 'content-type': 'application/x-www-form-urlencoded' };

const payload2 = eventSource('HTTP API, payload 2.0');

/** A browser on the pages of an instance: it keeps cookies, sends forms and prefers HTML. */
export function browse(instance: Instance, source: TestEventSource = payload2, userAgent = 'curl/8.5.0') {
  const client = createClient(instance.handlers.pages, source, { headers: html, userAgent });
  const post = (path: string, fields: Record<string, string> = {}, options = {}) =>
    client.post(path, new URLSearchParams(fields).toString(), { headers: form, ...options });
  return { client, get: client.get, post };
}

let people = 0;

/** An e-mail address that nobody has yet. */
export function newAddress(): string {
  people += 1;
  return `page${people}@example.com`;
}

/** A browser in which somebody has just signed up. */
export async function signedUp(instance: Instance, { name = 'Ada Lovelace', userAgent = 'curl/8.5.0' } = {}) {
  const browser = browse(instance, payload2, userAgent);
  const email = newAddress();
  const answer = await browser.post('/sign-up', { name, email, password });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  return { ...browser, email };
}

/** The value of a hidden field, as the browser would send it on. */
export function hidden(body: string, name: string): string | undefined {
  return new RegExp(`<input type="hidden" name="${name}" value="([^"]*)"`).exec(body)?.[1];
}

/** The token of the newest mail to an address. */
export async function tokenMailedTo(instance: Instance, to: string): Promise<string> {
  const outbox = createClient(instance.handlers.auth, payload2);
  const { messages } = (await outbox.get('/dev/outbox', { query: [['to', to]] })).json();
  return /token=([\w-]+)/.exec(messages[0].text)?.[1] ?? '';
}
