import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signedUp as signedUpInBrowser } from '../../support/browse.ts';
import { testDatabase } from '../../support/database.ts';
import { createClient, eventSource } from '../../support/events.ts';
import { type Instance, startInstance } from '../../support/instance.ts';
import { type Person, signedUp, strongPassword } from '../../support/person.ts';

const database = testDatabase('names');
let instance: Instance;
let ada: Person;
let browser: Awaited<ReturnType<typeof signedUpInBrowser>>;

beforeAll(async () => {
  instance = startInstance({ database });
  await database.prepare();
  ada = await signedUp({ instance });
  browser = await signedUpInBrowser(instance);
});
afterAll(async () => {
  await instance.end();
  await database.drop();
});

const invisible = [
  ['nothing', ''],
  ['spaces', '   '],
  ['other spaces', '\u00a0\u2003\u3000\u205f'],
  ['a zero-width space', '\u200b'],
  ['the Hangul fillers', '\u3164\u115f\u1160\uffa0'],
  ['the Braille blank', '\u2800'],
  ['a soft hyphen', '\u00ad'],
  ['a byte order mark', '\ufeff'],
  ['Khmer’s inherent vowels', '\u17b4\u17b5'],
  ['a Mongolian separator', '\u180e\u180b'],
  ['a word joiner and its like', '\u2060\u2061\u2062\u2063\u2064'],
  ['marks of direction', '\u200e\u200f\u202e\u2066'],
  ['joiners', '\u200c\u200d'],
  ['variation selectors', '\ufe0f\u{e0100}'],
  ['tags', '\u{e0001}\u{e0041}'],
  ['a combining mark alone', '\u0301'],
  ['combining marks and joiners', '\u034f\u0301\u200d\u20dd'],
  ['a spacing mark alone', '\u0903'],
  ['unassigned characters', '\u{e1000}'],
  ['a character of private use', '\ue000'],
] as const;

const broken = [
  ['a line feed', 'Ada\nLovelace'],
  ['a line feed at its end', 'Ada\n'],
  ['a line feed in front', '\nAda'],
  ['a carriage return', 'Ada\rLovelace'],
  ['both', 'Ada\r\nBcc: eve@example.com'],
  ['a tab', 'Ada\tLovelace'],
  ['a vertical tab', 'Ada\u000bLovelace'],
  ['a form feed', 'Ada\fLovelace'],
  ['a next line', 'Ada\u0085Lovelace'],
  ['a line separator', 'Ada\u2028Lovelace'],
  ['a paragraph separator', 'Ada\u2029Lovelace'],
  ['NUL', 'Ada\0'],
  ['an escape', 'Ada\u001b[31m'],
  ['a delete', 'Ada\u007f'],
  ['half of a surrogate pair', 'Ada\ud83d'],
  ['101 characters', 'x'.repeat(101)],
] as const;

const fine = [
  'Ada Lovelace',
  'A',
  '李小龍',
  'Владимир',
  'محمد',
  'שרה',
  'प्रिया',
  'ស្រីមុំ',
  '김민준',
  'ⵎⵓⵃⴰ',
  'Zoë',
  'Zoe\u0308',
  'می\u200cخواهم',
  '👩‍👩‍👧',
  '❤️',
  '🏴󠁧󠁢󠁳󠁣󠁴󠁿',
  '7',
  '٣',
  '…',
  '_',
  "O'Neil, Jr.",
  '<b>',
  '\u200bAda',
  'x'.repeat(100),
  '🐴'.repeat(100),
];

describe.each([...invisible, ...broken])('a name of %s', (_what, name) => {
  test('is refused when it is set, and at sign-up', async () => {
    const body = JSON.stringify({ name });
    const json = { headers: { 'content-type': 'application/json' } };
    const set = await ada.account.patch('/account', body, json);
    const up = await createClient(instance.handlers.auth, eventSource('REST API')).post('/auth/sign-up', {
      email: 'never@example.com',
      password: strongPassword,
      name,
    });

    expect(set.json()).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ path: 'name' }] });
    expect(set.json().errors).toHaveLength(1);
    expect(up.status).toBe(422);
  });

  // Fields of a form that are empty are left out, and half of a pair is nothing that one can send.
  test.skipIf(name === '' || !name.isWellFormed())('is refused by the form', async () => {
    const answer = await browser.post('/settings', { form: 'name', name });

    expect(answer.status).toBe(422);
    expect(answer.body).toMatch(/id="name-name-error"/);
  });
});

test.each(fine)('a name that can be seen is taken: %s', async (name) => {
  const set = await ada.account.patch('/account', { name });

  expect(set.status).toBe(200);
  expect(set.json().user.name).toBe(name);
  expect((await browser.post('/settings', { form: 'name', name })).status).toBe(303);
});

test('spaces around a name are not kept', async () => {
  const set = await ada.account.patch('/account', { name: '\u3000 Ada  Lovelace ' });

  expect(set.json().user.name).toBe('Ada  Lovelace');
});

test('null takes the name away, and so does an empty field', async () => {
  await ada.account.patch('/account', { name: 'Ada' });
  expect((await ada.account.patch('/account', { name: null })).json().user.name).toBeNull();

  await browser.post('/settings', { form: 'name', name: 'Ada' });
  await browser.post('/settings', { form: 'name', name: '' });
  expect((await browser.get('/')).body).not.toContain('Hello, Ada');
});
