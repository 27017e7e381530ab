import { describe, expect, test } from 'vitest';
import { pageFlows } from '../../../lib/flows/pages.ts';
import type { Operation } from '../../../lib/web/operation.ts';
import { administrator } from '../../support/administrators.ts';
import { browse, form, html, password, signedUp } from '../../support/browse.ts';
import { createClient, eventSource, eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';

const { start } = testInstances('languages');
const source = eventSource('HTTP API, payload 2.0');

const asks = (language: string) => ({ headers: { ...html, 'accept-language': language } });

/** What a page says, piece by piece; names and addresses of people are left out. */
const saidBy = (body: string) =>
  body
    .replace(/<(style|script|code|title)\b.*?<\/\1>/gs, '')
    .split(/<[^>]*>/)
    .map((piece) => piece.trim())
    .filter((piece) => /\p{L}{2,}\s+\p{L}{2,}/u.test(piece) && !/@|Ada Lovelace/.test(piece));

describe.each(eventSources)('by $name', (each) => {
  test('a page speaks the language that the browser asks for most, and English to all others', async () => {
    const { get } = browse(start(), each);
    const heading = async (language: string) => {
      const { body, headers } = await get('/forgot-password', asks(language));
      expect(headers.get('vary')).toContain('Accept-Language');
      expect(headers.get('content-language')).toBe(/<html lang="(\w+)">/.exec(body)?.[1]);
      return /<h1>(.*?)<\/h1>/.exec(body)?.[1];
    };

    for (const language of ['de', 'de-AT,en;q=0.5', 'fr, de;q=0.9, en;q=0.1', 'DE'])
      expect.soft(await heading(language), language).toBe('Passwort vergessen?');
    for (const language of ['en', 'fr', '*', '', 'en-US,de;q=0.9', 'de;q=0, *', 'x'.repeat(100), ';;,,q='])
      expect.soft(await heading(language), language).toBe('Forgot your password?');
  });
});

describe('in German', () => {
  test('no page says anything in English', async () => {
    const instance = start();
    const boss = await administrator({ instance });
    const nobody = { pages: browse(instance).client, admin: createClient(instance.handlers.admin, source) };
    const paths = pageFlows
      .flatMap(({ operations }) => Object.values(operations))
      .filter(({ method }: Operation) => method === 'get')
      .map(({ path }) => path.replace(/\{\w+\}/g, 'nobody'));
    let pieces = 0;

    for (const path of [...new Set(paths), '/nowhere', '/reset-password?token=t', '/verify-email?token=t'])
      for (const who of [nobody, boss]) {
        const { get } = path.startsWith('/admin') ? who.admin : who.pages;
        const english = await get(path, asks('en'));
        const german = await get(path, asks('de'));
        if (!english.headers.get('content-type')?.startsWith('text/html')) continue;
        expect.soft(german.body, path).toContain('<html lang="de">');
        const inEnglish = new Set(saidBy(english.body));
        pieces += inEnglish.size;
        expect
          .soft(
            saidBy(german.body).filter((piece) => inEnglish.has(piece)),
            path,
          )
          .toEqual([]);
      }
    expect(pieces).toBeGreaterThan(150);
  });

  test('what is wrong with a form is said in German', async () => {
    const { post } = browse(start());
    const headers = { ...asks('de').headers, ...form };

    const { body, status } = await post(
      '/sign-up',
      { name: '', email: 'keine', password: 'kurz' },
      { headers },
    );
    const short = await post('/sign-up', { email: 'a@b.example', password: 'kurz' }, { headers });
    const wrong = await post('/sign-in', { email: 'a@b.example', password }, { headers });

    expect(status).toBe(422);
    expect(body).toMatch(/id="sign-up-email-error"[^>]*>E-Mail-Adresse muss eine E-Mail-Adresse sein\./);
    expect(body).toContain('<title>Fehler: ');
    expect(short.body).toContain('muss mindestens 15 Zeichen lang sein');
    expect(wrong.body).toContain('Die E-Mail-Adresse oder das Passwort ist falsch.');
  });
});

test('dates are written as their reader writes them', async () => {
  const { get } = await signedUp(start({ now: () => new Date('2026-03-04T17:05:00Z') }));
  const date = async (language: string) =>
    /<time[^>]*>(.*?)<\/time>/.exec((await get('/activity', asks(language))).body)?.[1];

  expect(await date('de')).toBe('04.03.2026, 17:05 UTC');
  expect(await date('en')).toBe('4 Mar 2026, 17:05 UTC');
  expect(await date('en-US')).toMatch(/^Mar 4, 2026, 5:05\sPM UTC$/);
  expect(await date('fr-FR, de-CH;q=0.5')).toMatch(/^04\.03\.2026, 17:05 UTC$/);
  expect(await date('en-US-u-ca-buddhist')).toBe('4 Mar 2026, 17:05 UTC');
});
