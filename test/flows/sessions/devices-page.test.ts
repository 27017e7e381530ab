import { expect, test } from 'vitest';
import { form, html, signedUp } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import { createClient, eventSource } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';

const { start } = testInstances('devices page');

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';

test('the devices are told in the reader’s language and form of dates, to programs in English', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const { get, client } = await signedUp(instance, { userAgent: firefox });
  const headers = { 'accept-language': 'de-DE' };
  const program = createClient(instance.handlers.sessions, eventSource('HTTP API, payload 2.0'), {
    cookies: client.cookies,
  });

  const page = await get('/devices', { headers: { ...html, ...headers } });
  const json = await program.get('/sessions', { headers });

  const date = new Intl.DateTimeFormat('de-DE', { dateStyle: 'medium', timeZone: 'UTC' }).format(clock.now());
  expect(page.headers.get('content-language')).toBe('de');
  expect(page.body).toMatch(/<title>Geräte/);
  expect(page.body).toContain('Firefox 128 unter Windows');
  expect(page.body).toMatch(new RegExp(`Angemeldet am <time [^>]*>${date}, \\d\\d:\\d\\d UTC</time>`));
  expect(json.json().sessions).toMatchObject([{ userAgent: 'Firefox 128 on Windows' }]);
});

test('a session that is gone is told so in the reader’s language', async () => {
  const { post } = await signedUp(start());
  const headers = { ...html, ...form, 'accept-language': 'de' };

  const gone = await post('/devices', { id: 'none' }, { headers });

  expect(gone.status).toBe(404);
  expect(gone.body).toContain('Diese Sitzung haben Sie nicht. Vielleicht ist sie schon beendet.');
});
