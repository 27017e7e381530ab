import { expect, test } from 'vitest';
import { html, signedUp } from '../support/browse.ts';
import { testInstances } from '../support/instances.ts';

const { start } = testInstances('activity page');

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';

test('what happened is told in the reader’s language, with the device', async () => {
  const { get } = await signedUp(start(), { userAgent: firefox });

  const page = await get('/activity', { headers: { ...html, 'accept-language': 'de' } });

  expect(page.body).toMatch(/<title>Aktivität/);
  expect(page.body).toMatch(/<h2>Konto angelegt<\/h2>/);
  expect(page.body).toContain('Firefox 128 unter Windows');
});
