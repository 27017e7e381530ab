import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument } from '../../lib/flows/docs/openapi.ts';
import { mails } from '../../lib/flows/letters.ts';
import { mailJobParser } from '../../lib/mail/job.ts';
import { emailKey, toMailAddress, toMailbox } from '../../lib/users/email.ts';
import { browse } from '../support/browse.ts';
import { testDatabase } from '../support/database.ts';
import { createClient, eventSource } from '../support/events.ts';
import { type Instance, startInstance } from '../support/instance.ts';

const database = testDatabase('addresses');
const password = 'four plain words together';
const parseMailJob = mailJobParser(mails);
let instance: Instance;
const client = (name: 'auth' | 'account' = 'auth') =>
  createClient(instance.handlers[name], eventSource('HTTP API, payload 2.0'));

beforeAll(async () => {
  instance = startInstance({ database });
  await database.prepare();
});
afterAll(async () => {
  await instance.end();
  await database.drop();
});

const label = 'a'.repeat(63);

/** As sent, and as it is kept. */
const good: [sent: string, kept?: string][] = [
  ['ada@example.com'],
  ['Ada.Lovelace@Example.COM'],
  ['ivan@xn--e1afmkfd.xn--p1ai'],
  ['ivan@пример.рф', 'ivan@xn--e1afmkfd.xn--p1ai'],
  ['IVAN@ПРИМЕР.РФ', 'IVAN@xn--e1afmkfd.xn--p1ai'],
  ['jo@bücher.example', 'jo@xn--bcher-kva.example'],
  ['jo@münchner-verkehrsbetriebe.example', 'jo@xn--mnchner-verkehrsbetriebe-vsc.example'],
  ['yo@例え。テスト', 'yo@xn--r8jz45g.xn--zckzah'],
  ['raj@उदाहरण.परीक्षा', 'raj@xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g'],
  ['omar@مثال.إختبار', 'omar@xn--mgbh0fb.xn--kgbechtv'],
  ['a&b@example.com'],
  ['first/last@example.com'],
  ["!#$%&'*+/=?^_`{|}~-@example.com"],
  ['ab..cd@docomo.ne.jp'],
  ['.ab@docomo.ne.jp'],
  ['ab.@docomo.ne.jp'],
  ['root@localhost'],
  ['a@1'],
  ['a@192.0.2.1'],
  [`a@${label}.example`],
  [`${'a'.repeat(242)}@example.com`],
  [' ada@example.com\n', 'ada@example.com'],
];

const bad = [
  '',
  '@',
  'nobody',
  '@example.com',
  'ada@',
  'ada@@example.com',
  'ada@exa_mple.com',
  'ada@-example.com',
  'ada@example-.com',
  'ada@example..com',
  'ada@.example.com',
  'ada@example.com.',
  'ada lovelace@example.com',
  '"ada"@example.com',
  'ada@[192.0.2.1]',
  'ada(x)@example.com',
  'Ada <ada@example.com>',
  'a@example.com,b@example.com',
  'a@example.com\r\nBcc: b@example.com',
  'ada@exam\nple.com',
  'ada\0@example.com',
  'ädä@example.com',
  'ada@exa\u200dmple.com',
  'ada@пример.рф/x',
  'ada@пример.рф:25',
  'ada@при%6dер.рф',
  'ada@пример.рф?x',
  'ada@１９２.0.2.1',
  'ada@a／b.example',
  'ada@xn--zz.пример',
  'ada@\u0301пример.рф',
  '\u00a0ada@example.com',
  `a@${label}a.example`,
  `a@${'ж'.repeat(60)}.рф`,
  `${'a'.repeat(243)}@example.com`,
  `${'a'.repeat(240)}@пример.рф`,
];

const pattern = new RegExp(
  String(
    openApiDocument({ publicUrl: 'http://x', cookieName: 'x', deployed: true, passwordMinLength: 15 }).paths[
      '/auth/sign-in'
    ]?.post?.requestBody?.content['application/json']?.schema.properties?.email?.pattern,
  ),
  'u',
);

describe('an address that a browser lets through', () => {
  test.each(good)('signs up, by JSON or by a form, and in: %j', async (sent, kept = sent) => {
    await database.db().collection('users').deleteMany({});

    const up = await client().post('/auth/sign-up', { email: sent, password });
    const asked = await client().post('/auth/sign-in', { email: sent, password });
    const asKept = await client().post('/auth/sign-in', { email: kept.toUpperCase(), password });
    const again = await browse(instance).post('/sign-up', { email: sent, password: `another ${password}` });

    expect(up.json()).toMatchObject({ user: { email: kept } });
    expect([up.status, asked.status, asKept.status, again.status]).toEqual([201, 200, 200, 409]);
    const { messages } = (await client().get('/dev/outbox', { query: [['to', sent]] })).json();
    expect(messages[0]?.to).toBe(kept);
  });

  test('is one to move to', async () => {
    const someone = client();
    await someone.post('/auth/sign-up', { email: 'mover@example.com', password });
    const account = createClient(instance.handlers.account, eventSource('HTTP API, payload 2.0'), {
      cookies: someone.cookies,
    });

    const change = { currentPassword: password, newEmail: 'mover@пример.рф' };
    expect((await account.post('/account/email', change)).status).toBe(202);

    const { messages } = (await client().get('/dev/outbox', { query: [['to', change.newEmail]] })).json();
    expect(messages[0]?.to).toBe('mover@xn--e1afmkfd.xn--p1ai');
  });

  test('is one to the description, and to a job that mails', () => {
    const requestedAt = '2026-01-02T03:04:05.678Z';
    for (const [sent, kept = sent] of good) {
      expect
        .soft(parseMailJob({ kind: 'forgot_password', id: 'x', requestedAt, email: kept }), kept)
        .not.toBeNull();
      // What no pattern tells: scripts with marks or from right to left, long labels.
      if (!/उ|م|münchner|。/.test(sent)) expect.soft(pattern.test(sent), sent).toBe(true);
    }
  });
});

describe('what is no address', () => {
  test.each(bad)('is refused by every way in: %j', async (email) => {
    for (const path of ['/auth/sign-up', '/auth/sign-in', '/auth/password/forgot'])
      expect
        .soft(
          (await client().post(path, path.endsWith('forgot') ? { email } : { email, password })).status,
          path,
        )
        .toBe(422);
    if (!email.includes('\0'))
      expect.soft((await browse(instance).post('/sign-up', { email, password })).status).toBe(422);
    expect.soft(parseMailJob({ kind: 'forgot_password', id: 'x', email })).toBeNull();
    if (!email.endsWith('@пример.рф')) expect.soft(pattern.test(email) && email.length <= 254).toBe(false);
  });
});

test('whatever is kept is ASCII, one line, an address still, and compared as it is kept', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('ada', 'пример', 'example', 'ß', '１', 'Ａ'),
  );
  const typed = fc
    .tuple(part, fc.array(part, { minLength: 1, maxLength: 3 }))
    .map(([local, domain]) => `${local}@${domain.join('.')}`);

  fc.assert(
    fc.property(fc.oneof(typed, fc.emailAddress(), fc.string()), (text) => {
      const kept = toMailAddress(text);
      expect(typeof emailKey(text)).toBe('string');
      if (kept === null) return;
      expect(kept).toMatch(/^[!-~]+@[!-~]+$/);
      expect(kept.length).toBeLessThanOrEqual(254);
      expect(toMailAddress(kept)).toBe(kept);
      expect(emailKey(kept)).toBe(emailKey(text));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['ada.lovelace@example.com', 'ada.lovelace@example.com'],
  ['ab..cd@docomo.ne.jp', '"ab..cd"@docomo.ne.jp'],
  ['.ab@docomo.ne.jp', '".ab"@docomo.ne.jp'],
  ['ab.@docomo.ne.jp', '"ab."@docomo.ne.jp'],
])('the dots of old carriers are mailed to in quotes: %s', (address, mailbox) => {
  expect(toMailbox(address)).toBe(mailbox);
});

test('every letter that the description names converts', () => {
  const named = /\|\[a-zA-Z([^\]]+)\]\{1,10\}/u.exec(pattern.source)?.[1] ?? '';
  const letters = [...named.matchAll(/(.)-(.)/gu)].flatMap(([, from = '', to = '']) =>
    Array.from({ length: (to.codePointAt(0) ?? 0) - (from.codePointAt(0) ?? 0) + 1 }, (_, at) =>
      String.fromCodePoint((from.codePointAt(0) ?? 0) + at),
    ),
  );

  expect(letters.length).toBeGreaterThan(30_000);
  expect(letters.filter((letter) => toMailAddress(`a@${letter.repeat(10)}.a${letter}`) === null)).toEqual([]);
});
