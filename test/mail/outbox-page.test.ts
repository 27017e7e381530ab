import { describe, expect, test } from 'vitest';
import { german, html } from '../support/browse.ts';
import { createClient, eventSources } from '../support/events.ts';
import { testInstances } from '../support/instances.ts';
import { signedUp } from '../support/person.ts';

const { start } = testInstances('outbox_page');

describe.each(eventSources)('by $name', (source) => {
  test('browsers get the mails as a page, programs as JSON', async () => {
    const instance = start();
    const { email } = await signedUp({ instance });
    const { get } = createClient(instance.handlers.auth, source);
    const query: [string, string][] = [['to', email]];

    for (const accept of [undefined, '*/*', 'application/json', 'application/json, text/html;q=0.9']) {
      const answer = await get('/dev/outbox', { query, headers: accept ? { accept } : {} });
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('vary')).toMatch(/\bAccept\b/);
      expect(answer.json()).toEqual({
        messages: [
          {
            ...{ to: email, subject: expect.any(String), text: expect.any(String), html: expect.any(String) },
            sentAt: expect.any(String),
          },
        ],
      });
    }

    const [mail] = await instance.services.outbox.list(email);
    const link = /http:\S+/.exec(mail?.text ?? '')?.[0] ?? '';
    const { status, headers, body } = await get('/dev/outbox', { query, headers: html });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('vary')).toMatch(/\bAccept\b/);
    expect(body).toContain(`<h2>${mail?.subject}</h2>`);
    expect(body).toContain(`<a class="button" href="${link}">`);
    // Nothing in the frame runs, whatever a mail has in it; and its markup ends nothing of the page's.
    expect(body).toMatch(/<iframe title="[^"]*" sandbox(="")? srcdoc="/);
    expect(body).not.toContain('allow-');
    expect(headers.get('content-security-policy')).not.toContain('script-src');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });
});

test('in German the page writes dates as there, and leaves the mails as they are', async () => {
  const instance = start();
  const { email } = await signedUp({ instance });
  const { get } = createClient(instance.handlers.auth, eventSources[0] as never, { headers: german });
  const [mail] = await instance.services.outbox.list(email);

  const { body } = await get('/dev/outbox', { query: [['to', email]] });

  expect(body).toContain(`Die an <strong>${email}</strong>. <a href="/dev/outbox">Alle zeigen</a>`);
  expect(body).toMatch(/<\/a>, <time datetime="[^"]*">\d{2}\.\d{2}\.\d{4}, \d{2}:\d{2} UTC/);
  expect(body).toContain(`<h2>${mail?.subject}</h2>`);
});

test('every page links to it in dev and test, and neither it nor a link is there elsewhere', async () => {
  const deployed = start({
    environment: { STAGE: 'prod', PUBLIC_URL: 'https://example.com', MAIL_FROM: 'a@example.com' },
  });
  const [source] = eventSources;
  const link = '<a href="/dev/outbox">';

  for (const path of ['/', '/sign-in', '/nowhere']) {
    const here = createClient(start().handlers.pages, source as never, { headers: html });
    const there = createClient(deployed.handlers.pages, source as never, { headers: html });
    expect((await here.get(path)).body).toContain(link);
    expect((await there.get(path)).body).not.toContain(link);
  }
  for (const headers of [html, {}])
    expect(
      (await createClient(deployed.handlers.auth, source as never, { headers }).get('/dev/outbox')).status,
    ).toBe(404);
});
