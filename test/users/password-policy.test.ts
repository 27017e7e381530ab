import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Log } from '../../lib/base/log.ts';
import { Problem } from '../../lib/base/problem.ts';
import { packCommonPasswords, selectCommonPasswords } from '../../lib/dev/pack-common-passwords.ts';
import { commonPasswords } from '../../lib/users/common-passwords.ts';
import { createPasswordPolicy, type PasswordPolicyOptions } from '../../lib/users/password-policy.ts';
import { testDatabase } from '../support/database.ts';
import { createClient, eventSource } from '../support/events.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import { type RangeApi, startRangeApi } from '../support/range-api.ts';
import { stopwatch } from '../support/timing.ts';

const user = { email: 'ada.lovelace@analytical.example.com', name: 'Ada Byron' };
const warnings: string[] = [];
const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message, fields) => void warnings.push(JSON.stringify({ message, ...fields })),
  error: () => undefined,
};

const policy = (config: Partial<PasswordPolicyOptions> = {}) =>
  createPasswordPolicy({
    config: {
      passwordMinLength: 15,
      passwordBreachCheck: false,
      passwordBreachUrl: 'http://127.0.0.1:1/',
      publicUrl: 'https://accounts.bicycles.example.com',
      ...config,
    },
    log,
  });

/** The reason for which a password is refused, or `fine`. */
async function verdict(password: string, config: Partial<PasswordPolicyOptions> = {}): Promise<string> {
  try {
    await policy(config).requireStrongPassword({ password, path: 'newPassword', user });
    return 'fine';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error).toMatchObject({ status: 422, code: 'weak_password' });
    const [{ path, message }] = error.errors as [{ path: string; message: string }];
    expect(path).toBe('newPassword');
    expect(error.message).toBe(`The password ${message}. Choose another one.`);
    return message;
  }
}

const fine = [
  'correct horse battery staple',
  'sunshine over the old football ground',
  'My name is Ada, and I count bicycles',
  'xK9#mP2$vL5@nQ8!',
  'пароль не для всех, а только для меня',
  '密码很长很长很长很长很长很长很长很长',
  'tide-lamp-orbit-quill',
];

describe('the length of a password', () => {
  test('NIST 3.1.1.2, ASVS 6.2.1: is at least 15 characters by default', async () => {
    const instance = startInstance({ database: { uri: 'mongodb://127.0.0.1:1', name: 'nowhere' } });

    expect(instance.config.passwordMinLength).toBe(15);
    expect(await verdict('xK9#mP2$vL5@nQ')).toBe('must be at least 15 characters');
    expect(await verdict('xK9#mP2$vL5@nQ8')).toBe('fine');
    await instance.end();
  });

  test('is at least what PASSWORD_MIN_LENGTH says', async () => {
    expect(await verdict('xK9#mP2', { passwordMinLength: 8 })).toBe('must be at least 8 characters');
    expect(await verdict('xK9#mP2$', { passwordMinLength: 8 })).toBe('fine');
  });

  test('counts code points after NFC', async () => {
    const decomposed = 'e\u0301u\u0308o\u0308a\u030A'.repeat(3);

    expect(decomposed).toHaveLength(24);
    expect(await verdict(`${decomposed}xy`)).toBe('must be at least 15 characters');
    expect(await verdict(`${decomposed}xyz`)).toBe('fine');
    expect(await verdict('🐴🔋📎🌊🚲🎻🧭', { passwordMinLength: 8 })).toBe('must be at least 8 characters');
  });
});

describe('ASVS 6.2.5: without rules of composition', () => {
  test.each(fine)('"%s" is fine', async (password) => {
    expect(await verdict(password)).toBe('fine');
  });
});

describe('ASVS 6.2.4: the commonest passwords', () => {
  const common = [...commonPasswords()];
  const ofAtLeast = (length: number) => common.filter((each) => [...each].length >= length);

  test('are 3,000 and more that the floor of 8 lets through, and as many that the default of 15 does', () => {
    expect(ofAtLeast(8).length).toBeGreaterThanOrEqual(3000);
    expect(ofAtLeast(15).length).toBeGreaterThanOrEqual(3000);
  });

  test.each([8, 15])('are refused, all of at least %i characters', async (length) => {
    const reasons = await Promise.all(
      ofAtLeast(length).map((each) => verdict(each, { passwordMinLength: length })),
    );

    expect(new Set(reasons)).toEqual(new Set(['is one of the most common ones']));
  });

  test.each(['PassWordPassWord', 'PASSWORDPASSWORD', 'Q1W2E3R4T5Y6U7I8O9P0', 'WorldOfWarcraft'])(
    'are refused in any case: %s',
    async (password) => {
      expect(await verdict(password)).toMatch(/common|repetition/);
    },
  );

  test.each([
    ['dragon123456789', 'is a common one with little added'],
    ['123456sunshine2024', 'is a common one with little added'],
    ['baseballbaseball!!', 'is a common one with little added'],
    ['!!!Password123456', 'is a common one with little added'],
    ['iloveyouiloveyouilove', 'is little more than a repetition or a sequence'],
    ['ääääääääääääääääääää', 'is little more than a repetition or a sequence'],
    ['xyz!xyz!xyz!xyz!', 'is little more than a repetition or a sequence'],
    ['56789012345678901', 'is little more than a repetition or a sequence'],
    ['ponmlkjihgfedcba', 'is little more than a repetition or a sequence'],
  ])('are refused where next to nothing is added: %s', async (password, reason) => {
    expect(await verdict(password)).toBe(reason);
  });

  test('take no more than 60 KB of the bundle, and can be made anew from their list', () => {
    const file = readFileSync(new URL('../../lib/users/common-passwords.ts', import.meta.url), 'utf8');

    const remade = packCommonPasswords(
      file,
      selectCommonPasswords([' Dragon', 'dragon', 'P\u0061\u030Assword', '1']),
    );

    expect(Buffer.byteLength(file)).toBeLessThan(60_000);
    expect(remade).not.toBe(file);
    expect(selectCommonPasswords([' Dragon', 'dragon', 'Pa\u030Assword', '1'])).toEqual([
      'dragon',
      'påssword',
    ]);
  });
});

describe('ASVS 6.2.11: words of the context', () => {
  test.each([
    ['the product', 'ServerlessSessionAuth'],
    ['the product, written otherwise', 'session-auth-serverless!'],
    ['the host', 'accounts.bicycles'],
    ['the whole host', 'accounts.bicycles.example.com'],
    ['the e-mail address', 'ada.lovelace@analytical.example.com'],
    ['its local part', 'AdaLovelaceAda2024'],
    ['its domain', 'analytical.example'],
    ['the name', 'ada byron ada byron'],
    ['several of them', 'bicycles: ada byron'],
    ['one of them with a sequence', 'lovelace123456789'],
    ['one of them with a common one', 'ByronPassword!!'],
  ])('alone do not make a password: %s', async (_what, password) => {
    expect(await verdict(password)).toMatch(/^is little more than your name, your e-mail/);
  });

  test.each(['lovelace wrote the first program', 'bicycles need two wheels to stand'])(
    'may stand in a longer phrase: %s',
    async (password) => {
      expect(await verdict(password)).toBe('fine');
    },
  );

  test('need not be there: somebody without a name, a service on localhost', async () => {
    const { requireUncommon } = policy({ publicUrl: 'http://localhost:3000' });

    expect(() =>
      requireUncommon({
        password: 'tide-lamp-orbit-quill',
        path: 'password',
        user: { email: 'a@b.c', name: null },
      }),
    ).not.toThrow();
    expect(() =>
      requireUncommon({ password: 'localhostlocalhost', path: 'password', user: { email: 'a@b.c' } }),
    ).toThrow(Problem);
  });
});

test('no password of any characters makes the check fail, or take long', async () => {
  const any = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 256 }),
    fc.string({ unit: fc.constantFrom('a', 'b', '1', 'ä'), maxLength: 256 }),
  );

  await fc.assert(
    fc.asyncProperty(any, async (password) => {
      const elapsed = stopwatch();
      expect(typeof (await verdict(password))).toBe('string');
      expect(elapsed()).toBeLessThan(500);
    }),
    { numRuns: 500 },
  );
});

describe('the check against breached passwords', () => {
  const breached = 'horse battery staple wrong';
  let api: RangeApi;
  const asking = () => ({ passwordBreachCheck: true, passwordBreachUrl: api.url });

  beforeAll(async () => {
    api = await startRangeApi(
      [breached, 'Zoë Zoë quite breached'.normalize('NFC')],
      ['only padding, never breached'],
    );
  });
  afterAll(() => api.close());

  test('ASVS 6.2.12: refuses what is known from a breach', async () => {
    expect(await verdict(breached, asking())).toBe('is known from a data breach');
    expect(await verdict('Zoë Zoë quite breached'.normalize('NFD'), asking())).toBe(
      'is known from a data breach',
    );
    expect(await verdict('tide-lamp-orbit-quill', asking())).toBe('fine');
  });

  test('sends five hex digits of the hash and no more, and asks for padding', async () => {
    api.requests.length = 0;

    await verdict(breached, asking());

    expect(api.requests).toEqual([
      { path: expect.stringMatching(/^\/range\/[0-9A-F]{5}$/), padding: 'true' },
    ]);
  });

  test('takes entries of the count 0 for the padding that they are', async () => {
    expect(await verdict('only padding, never breached', asking())).toBe('fine');
  });

  test('asks nobody unless it is switched on, nor about what is refused anyway', async () => {
    api.requests.length = 0;

    await verdict(breached, { ...asking(), passwordBreachCheck: false });
    await verdict('dragon123456789', asking());

    expect(api.requests).toEqual([]);
  });

  test.each(['error', 'redirect', 'silent'] as const)(
    'lets the password through within a second or so where the API is %s, and logs it',
    async (how) => {
      warnings.length = 0;
      api.behave(how);
      const elapsed = stopwatch();

      expect(await verdict(breached, asking())).toBe('fine');

      expect(elapsed()).toBeLessThan(3000);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(/breached-password check failed/);
      expect(warnings[0]).not.toContain(breached);
      api.behave('well');
    },
  );

  test('lets the password through where nobody answers at all', async () => {
    expect(await verdict(breached, { ...asking(), passwordBreachUrl: 'http://127.0.0.1:1/' })).toBe('fine');
  });
});

describe('sign-up', () => {
  const database = testDatabase('password_policy');
  let api: RangeApi;
  let instance: Instance;

  beforeAll(async () => {
    api = await startRangeApi(['known from a breach, sadly']);
    const environment = { PASSWORD_BREACH_CHECK: 'true', PASSWORD_BREACH_URL: api.url };
    instance = startInstance({ database, environment });
    await database.prepare();
  });
  afterAll(async () => {
    await instance.end();
    await api.close();
    await database.drop();
  });

  const signUp = (password: string) =>
    createClient(instance.handlers.auth, eventSource('HTTP API, payload 2.0')).post('/auth/sign-up', {
      email: `${Math.random()}@example.com`,
      password,
    });

  test.each([
    ['is short', 'short', 'must be at least 15 characters'],
    ['is common', 'passwordpassword', 'is one of the most common ones'],
    ['is breached', 'known from a breach, sadly', 'is known from a data breach'],
  ])('with a password that %s is refused with the reason', async (_what, password, reason) => {
    const answer = await signUp(password);

    expect(answer.status).toBe(422);
    expect(answer.json()).toMatchObject({
      code: 'weak_password',
      detail: `The password ${reason}. Choose another one.`,
      errors: [{ path: 'password', message: reason }],
    });
    expect(answer.cookies).toEqual([]);
  });

  test('ASVS 6.2.9: takes 256 characters of any script, and not 257', async () => {
    const long = 'Ünïcödé 🐴 pass phrase, '.repeat(20);
    const characters = (count: number) => [...long].slice(0, count).join('');

    expect((await signUp(characters(64))).status).toBe(201);
    expect((await signUp(characters(256))).status).toBe(201);
    const answer = await signUp(characters(257));
    expect(answer.json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'password', message: 'must be at most 256 characters' }],
    });
  });
});
