import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Language, languages } from '../../lib/base/language.ts';
import { renderLetter } from '../../lib/mail/render.tsx';
import { createClient, eventSources } from '../support/events.ts';
import { everyLetter, oddAddress } from '../support/every-letter.ts';
import { testInstances } from '../support/instances.ts';
import { linkIn, mailsTo } from '../support/mail.ts';
import { newAddress, person, signedUp } from '../support/person.ts';

const { start } = testInstances('mail');

const flows = join(import.meta.dirname, '../../lib/flows');

const deployedStage = {
  STAGE: 'prod',
  PUBLIC_URL: 'https://example.com',
  MAIL_FROM: 'Example <no-reply@example.com>',
};

/** The subjects that a file of texts has, of whatever its letters tell. */
function subjectsIn(texts: object, site: string): string[] {
  return Object.entries(texts).flatMap(([name, text]): string[] => {
    const said = typeof text === 'function' ? text(name === 'subject' ? site : oddAddress) : text;
    if (name === 'subject') return [said];
    return typeof said === 'object' && said !== null ? subjectsIn(said, site) : [];
  });
}

/** Every subject in a language, from the texts of all flows. */
async function everySubject(language: Language, site: string): Promise<string[]> {
  const files = readdirSync(flows, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /texts.texts\.ts$/.test(file),
  );
  const modules = await Promise.all(files.map((file) => import(join(flows, file)) as Promise<object>));
  const texts = modules
    .flatMap((module) => Object.entries(module))
    .filter(([name]) => /letterTexts$/i.test(name))
    .map(([, each]) => each[language] as object);
  return texts.flatMap((each) => subjectsIn(each, site));
}

/** What a page shows of its text. */
const shownBy = (html: string) =>
  html
    .replace(/<(title|style)>.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

describe.each(languages)('every mail in %s', (language) => {
  const publicUrl = 'https://a.test';

  test('has a subject, a link on PUBLIC_URL or a code, and the same words in text and HTML', async () => {
    const letters = await everyLetter(start(), language, 'a.test');

    for (const [job, letter] of letters) {
      const { text, html } = renderLetter(letter, { publicUrl, language });
      expect.soft(letter.subject, job).toMatch(/^[\p{L}\d .-]{10,80}$/u);
      expect.soft(html, job).toMatch(new RegExp(`^<!doctype html>\n<html lang="${language}">`));
      if (letter.code === undefined)
        expect.soft(linkIn({ ...letter, text, html }).origin, job).toBe(publicUrl);
      else expect.soft(`${text}${html}`, job).not.toContain('http');
      for (const words of [...letter.paragraphs, ...letter.closing, letter.code ?? '']) {
        expect.soft(text, job).toContain(words);
        expect.soft(shownBy(html), job).toContain(words);
      }
    }
    const subjects = new Set(letters.map(([, { subject }]) => subject));
    expect([...subjects].sort()).toEqual([...new Set(await everySubject(language, 'a.test'))].sort());
  });

  test('lets through no markup that somebody typed', async () => {
    const site = 'A <b>&amp; "B"';
    const letters = await everyLetter(start(), language, site);

    for (const [job, letter] of letters) {
      const { text, html } = renderLetter(letter, { publicUrl, language });
      expect.soft(html, job).not.toContain('<b>');
      expect.soft(html, job).toContain('A &lt;b>&amp;amp; ');
      expect.soft(text, job).toContain(site);
    }
    const typed = letters.filter(([, { paragraphs }]) =>
      paragraphs.some((each) => each.includes(oddAddress)),
    );
    expect(typed).toHaveLength(1);
  });
});

test('no mail says a name that somebody gave at sign-up, lest a stranger is mailed their text', async () => {
  const instance = start();
  const email = newAddress('victim');

  await person({ instance, email }).auth.post('/auth/sign-up', {
    email,
    password: 'a quiet gull over 7 lamps',
    name: 'Win a prize at http://evil.test',
  });

  const [mail] = await mailsTo(instance, email);
  expect(`${mail!.text}${mail!.html}`).not.toContain('evil.test');
});

describe.each(eventSources)('the outbox over $name', (source) => {
  test('shows the mails of every function to one address, newest first', async () => {
    const instance = start();
    const ada = await signedUp({ instance, source });
    await ada.auth.post('/auth/password/forgot', { email: ada.email });

    const answer = await createClient(instance.handlers.auth, source).get(
      `/dev/outbox?to=${encodeURIComponent(ada.email.toUpperCase())}`,
    );

    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      messages: [
        'Choose a new password for localhost:3000',
        'Confirm your e-mail address for localhost:3000',
      ].map((subject) => ({
        to: ada.email,
        subject,
        text: expect.stringContaining('http://localhost:3000/'),
        html: expect.stringContaining('<html'),
        sentAt: expect.stringMatching(/Z$/),
      })),
    });
  });

  test('is not there in a deployed stage', async () => {
    const instance = start({ environment: deployedStage });

    const answer = await createClient(instance.handlers.auth, source).get('/dev/outbox');

    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' });
  });
});

test('the outbox without an address shows the newest of all', async () => {
  const instance = start();
  const ada = await signedUp({ instance });

  const { messages } = (await ada.auth.get('/dev/outbox')).json();

  expect(messages[0].to).toBe(ada.email);
});
