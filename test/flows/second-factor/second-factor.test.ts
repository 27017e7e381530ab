import { describe, expect, test } from 'vitest';
import type { Factors } from '../../../lib/store/records.ts';
import { testClock } from '../../support/clock.ts';
import { type Death, dieAt } from '../../support/dying.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo, tokenTo } from '../../support/mail.ts';
import { functionOf, operations } from '../../support/observed-api.ts';
import { otherPassword, type Person, signedUp, strongPassword } from '../../support/person.ts';
import { codeOf, withApp } from '../../support/totp.ts';

const { database, start } = testInstances('second factor');

/** Somebody with an authenticator app, and a minute later. */
async function withTotp(options: Partial<Parameters<typeof signedUp>[0]> & { environment?: object } = {}) {
  const clock = testClock();
  const { environment = {}, ...rest } = options;
  const instance = start({ now: clock.now, environment: environment as NodeJS.ProcessEnv });
  const ada = await signedUp({ instance, ...rest });
  const app = await withApp(ada, clock);
  clock.pass(60);
  return { clock, instance, ada, app };
}

/** Another browser, in which the right password has been given. */
async function waiting(someone: Person, options: Parameters<Person['elsewhere']>[0] = {}) {
  const there = someone.elsewhere(options);
  const answer = await there.signIn();
  if (answer.status !== 202) throw new Error(`signing in answered ${answer.status}`);
  const give = (body: object) => there.auth.post('/auth/second-factor', body);
  return { ...there, give };
}

const typesOf = async ({ account }: Person): Promise<string[]> =>
  (await account.get('/account/activity')).json().events.map(({ type }: { type: string }) => type);

const codeOfAnswer = (answer: { status: number; json(): { code?: string } }) => [
  answer.status,
  answer.json().code,
];

describe.each(eventSources)('over $name', (source) => {
  test('a recovery code stands in for the app, once', async () => {
    const { ada, app } = await withTotp({ source });
    const [recoveryCode] = app.recoveryCodes;

    const [first, second] = [await waiting(ada), await waiting(ada)];
    const right = await first.give({ recoveryCode: recoveryCode?.toLowerCase().replaceAll('-', ' ') });
    const again = await second.give({ recoveryCode });

    expect(right.status).toBe(200);
    expect(right.json().session.methods.map(({ method }: { method: string }) => method)).toEqual([
      'password',
      'recovery_code',
    ]);
    expect(codeOfAnswer(again)).toEqual([401, 'invalid_code']);
    expect(again.json().errors).toEqual([{ path: 'recoveryCode', message: expect.any(String) }]);
    expect((await first.account.get('/account/factors')).json().recoveryCodesLeft).toBe(9);
  });

  test('a session is made fresh by the second factor, and by the password where there is none', async () => {
    const { clock, ada, app, instance } = await withTotp({ source });
    const eve = await signedUp({ instance, source });
    clock.pass(600);
    const prove = ({ auth }: Person, body: object) => auth.post('/auth/reauthenticate', body);

    expect(codeOfAnswer(await ada.account.get('/account/export'))).toEqual([403, 'reauthentication_needed']);
    expect(codeOfAnswer(await prove(ada, { currentPassword: 'wrong' }))).toEqual([403, 'wrong_password']);
    expect(codeOfAnswer(await prove(ada, { code: '000000' }))).toEqual([403, 'invalid_code']);
    expect((await prove(ada, { code: app.code() })).status).toBe(204);
    expect((await ada.account.get('/account/export')).status).toBe(200);
    expect((await prove(eve, { currentPassword: strongPassword })).status).toBe(204);
    expect((await eve.account.get('/account/export')).status).toBe(200);
  });

  test('recovery codes are made anew, and an app is removed', async () => {
    const { ada, app } = await withTotp({ source });

    const made = await ada.account.post('/account/recovery-codes');
    expect([made.status, made.json().recoveryCodes.length]).toEqual([201, 10]);
    expect((await (await waiting(ada)).give({ recoveryCode: app.recoveryCodes[0] })).status).toBe(401);
    expect((await ada.account.delete('/account/totp')).status).toBe(204);

    expect((await ada.account.get('/account/factors')).json()).toMatchObject({
      totp: null,
      recoveryCodesLeft: 0,
    });
    expect((await ada.elsewhere().signIn()).status).toBe(200);
  });
});

describe('a sign-in that waits', () => {
  test('lets nobody do anything but show the factor or leave', async () => {
    const { ada, instance } = await withTotp();
    const there = await waiting(ada);
    const cookies = Object.entries(there.cookies.all()).map(([name, value]) => `${name}=${value}`);
    const needing = [...operations].filter(([, { needs }]) => needs === 'session');
    expect(needing.length).toBeGreaterThan(20);

    for (const [id, operation] of needing) {
      const name = functionOf(operation);
      const client = there[name as 'account'] ?? there.auth;
      const answer = await client.request({
        method: operation.method.toUpperCase(),
        path: operation.path.replace(/\{\w+\}/, 'x'),
        cookies,
        headers: { accept: operation.page ? 'text/html' : 'application/json' },
      });
      const isRefused = operation.page
        ? answer.headers.get('location')?.startsWith('/sign-in')
        : answer.status === 401;
      expect.soft([id, isRefused]).toEqual([id, true]);
    }
    expect((await ada.account.get('/account')).status).toBe(200);
    expect(codeOfAnswer(await there.auth.get('/auth/session'))).toEqual([401, 'second_factor_needed']);
    expect((await ada.sessions.get('/sessions')).json().sessions).toHaveLength(1);
    expect((await there.auth.post('/auth/sign-out')).status).toBe(204);
    expect(codeOfAnswer(await there.give({ code: '000000' }))).toEqual([401, 'not_signed_in']);
    expect(instance.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('lives ten minutes', async () => {
    const { clock, ada, app } = await withTotp();
    const [early, late] = [await waiting(ada), await waiting(ada)];

    clock.pass(599);
    expect((await early.give({ code: app.code() })).status).toBe(200);
    clock.pass(1);

    expect(codeOfAnswer(await late.give({ recoveryCode: app.recoveryCodes[0] }))).toEqual([
      401,
      'not_signed_in',
    ]);
  });

  test('is bound to its cookie, and over once the password changes', async () => {
    const { ada, app } = await withTotp();
    const there = await waiting(ada);
    const change = { currentPassword: strongPassword, newPassword: otherPassword };
    expect((await ada.account.post('/account/password', change)).status).toBe(204);

    expect(codeOfAnswer(await there.give({ code: app.code() }))).toEqual([401, 'not_signed_in']);
    expect((await ada.elsewhere().auth.post('/auth/second-factor', { code: app.code() })).status).toBe(401);
  });

  test.each([true, false])('with "remember": %s keeps to that over the second step', async (remember) => {
    const { ada, app, clock } = await withTotp();
    const there = ada.elsewhere();
    const { email, password } = ada;

    const first = await there.auth.post('/auth/sign-in', { email, password, remember });
    const second = await there.auth.post('/auth/second-factor', { code: app.code() });

    const cookieOf = ({ cookies }: { cookies: string[] }) =>
      cookies.find((each) => each.startsWith('session_auth=')) ?? '';
    expect(cookieOf(first)).not.toMatch(/Max-Age|Expires/);
    expect(/Max-Age/.test(cookieOf(second))).toBe(remember);
    clock.pass(43_200);
    expect(await there.status()).toBe(remember ? 200 : 401);
  });

  test.each<Death>(['before', 'after'])(
    'whose second step dies %s a command leaves nobody in half way',
    async (death) => {
      for (let commands = 0; commands < 40; commands += 1) {
        const { ada, app, clock, instance } = await withTotp();
        const there = await waiting(ada);
        const next = ada.elsewhere({ instance: start({ now: clock.now }) });
        const { dead } = dieAt(instance, commands, death);

        const body = { code: app.code() };
        const answer = await there.auth
          .post('/auth/second-factor', body, { expect5xx: true })
          .catch(() => null);

        next.cookies.set('session_auth', there.cookies.get('session_auth') ?? 'none');
        expect(await next.status()).toBe(answer?.status === 200 ? 200 : 401);
        const again = await waiting(next.elsewhere());
        expect((await again.give({ recoveryCode: app.recoveryCodes[0] })).status).toBe(200);
        if (!dead()) return;
      }
      throw new Error('it needed 40 commands and more');
    },
  );
});

describe('codes', () => {
  test('ASVS 6.5.5: a code of an app is taken one step early or late, and no further', async () => {
    const { ada, app, clock } = await withTotp();
    clock.pass(300);

    for (const [later, status] of [
      [-2, 401],
      [2, 401],
      [-1, 200],
      [1, 200],
    ] as const)
      expect([later, (await (await waiting(ada)).give({ code: app.code(later) })).status]).toEqual([
        later,
        status,
      ]);
    // The one in between is older than the newest that was taken.
    expect((await (await waiting(ada)).give({ code: app.code() })).status).toBe(401);
  });

  test('ASVS 6.5.1: a recovery code works once, also in a race over instances', async () => {
    const { ada, app, clock, instance } = await withTotp();
    const other = start({ now: clock.now });
    const browsers = await Promise.all(
      [0, 1, 2, 3, 4].map((at) => waiting(ada, { instance: at % 2 ? instance : other })),
    );
    const [recoveryCode] = app.recoveryCodes;

    const answers = await Promise.all(browsers.map(({ give }) => give({ recoveryCode })));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    expect((await ada.account.get('/account/factors')).json().recoveryCodesLeft).toBe(9);
  });

  test('ASVS 6.5.2: recovery codes are kept salted and hashed, and a secret encrypted', async () => {
    const { ada, app } = await withTotp();
    const begun = (await ada.account.post('/account/totp')).json();
    const users = database.db().collection('users');

    const found = await users.findOne({ emailKey: ada.email.toLowerCase() });

    const text = JSON.stringify(found);
    for (const code of app.recoveryCodes) {
      expect(text).not.toContain(code);
      expect(text).not.toContain(code.replaceAll('-', ''));
    }
    expect(text).not.toContain(begun.secret);
    const credentials = (found?.credentials ?? {}) as { factors?: Factors };
    const { recoveryCodes, newTotp } = credentials.factors ?? {};
    expect(recoveryCodes).toHaveLength(10);
    expect(recoveryCodes?.[0]).toEqual({
      salt: expect.stringMatching(/^[\w-]{22}$/),
      hash: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(newTotp).toMatchObject({ secret: expect.stringMatching(/^[\w-]{60,}$/) });
  });

  test('a secret outlives a rotation of SESSION_SECRETS if it is used meanwhile; else a recovery code lets in', async () => {
    const [older, newer] = ['an older secret of 32 characters..', 'a newer secret of 32 characters..'];
    const rotated = await withTotp({ environment: { SESSION_SECRETS: older } });
    const unused = await withTotp({ environment: { SESSION_SECRETS: older } });
    const at = ({ ada, clock }: typeof rotated, secrets: string) =>
      waiting(ada, { instance: start({ now: clock.now, environment: { SESSION_SECRETS: secrets } }) });
    const code = () => ({ code: rotated.app.code() });

    expect((await (await at(rotated, `${newer},${older}`)).give(code())).status).toBe(200);
    rotated.clock.pass(60);
    expect((await (await at(rotated, newer)).give(code())).status).toBe(200);

    const without = await at(unused, newer);
    expect((await without.give({ code: unused.app.code() })).status).toBe(401);
    expect((await without.give({ recoveryCode: unused.app.recoveryCodes[0] })).status).toBe(200);
  });

  test('the first code of a new app comes within ten minutes, of the newest secret', async () => {
    const clock = testClock();
    const ada = await signedUp({ instance: start({ now: clock.now }) });
    const begin = async () => (await ada.account.post('/account/totp')).json().secret as string;
    const confirm = (secret: string) =>
      ada.account.post('/account/totp/confirm', { code: codeOf(secret, clock.now()) });

    const older = await begin();
    const newest = await begin();
    expect(codeOfAnswer(await confirm(older))).toEqual([403, 'invalid_code']);
    clock.pass(600);
    expect(codeOfAnswer(await confirm(newest))).toEqual([403, 'invalid_code']);
    expect((await ada.elsewhere().signIn()).status).toBe(200);
  });
});

describe('limits', () => {
  test('five wrong ones end a sign-in that waits', async () => {
    const { ada, app } = await withTotp();
    const there = await waiting(ada);

    const answers: unknown[] = [];
    for (let n = 0; n < 5; n += 1) answers.push(codeOfAnswer(await there.give({ code: '000000' })));

    expect(answers).toEqual(Array(5).fill([401, 'invalid_code']));
    expect(codeOfAnswer(await there.give({ code: app.code() }))).toEqual([401, 'not_signed_in']);
  });

  test('of 40 guesses at once over two instances, 10 of an account are answered', async () => {
    const { ada, clock, instance, app } = await withTotp();
    const other = start({ now: clock.now });
    const browsers: Awaited<ReturnType<typeof waiting>>[] = [];
    for (let at = 0; at < 10; at += 1)
      browsers.push(await waiting(ada, { instance: at % 2 ? instance : other }));

    const answers = await Promise.all(
      browsers.flatMap(({ give }) => [1, 2, 3, 4].map(() => give({ code: '000000' }))),
    );

    const codes = answers.map((answer) => answer.json().code);
    expect(codes.filter((code) => code === 'invalid_code')).toHaveLength(10);
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(30);
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await (await waiting(ada)).give({ code: app.code() })).status).toBe(429);
  });

  test('a right code clears what was wrong before', async () => {
    const { ada, app, clock } = await withTotp();

    for (let round = 0; round < 3; round += 1) {
      const there = await waiting(ada);
      for (let n = 0; n < 4; n += 1) expect((await there.give({ code: '000000' })).status).toBe(401);
      clock.pass(60);
      expect((await there.give({ code: app.code() })).status).toBe(200);
    }
  });
});

describe('freshness', () => {
  const asks: [string, (someone: Person) => ReturnType<Person['signIn']>][] = [
    ['an app', ({ account }) => account.post('/account/totp')],
    ['removing it', ({ account }) => account.delete('/account/totp')],
    ['new codes', ({ account }) => account.post('/account/recovery-codes')],
    ['the export', ({ account }) => account.get('/account/export')],
    [
      'a new password',
      ({ account }) =>
        account.post('/account/password', { currentPassword: strongPassword, newPassword: otherPassword }),
    ],
    [
      'a new address',
      ({ account }) =>
        account.post('/account/email', { currentPassword: strongPassword, newEmail: 'other@mail.test' }),
    ],
    ['leaving', ({ account }) => account.delete('/account', { currentPassword: strongPassword })],
  ];

  test.each(asks)('ASVS 7.5.1: %s wants the second factor of the last ten minutes', async (_what, ask) => {
    const { ada, app, clock } = await withTotp();
    clock.pass(540);

    const late = await ask(ada);
    expect(late.json()).toMatchObject({
      status: 403,
      code: 'reauthentication_needed',
      errors: [{ path: 'code' }, { path: 'recoveryCode' }],
    });
    await ada.auth.post('/auth/reauthenticate', { currentPassword: strongPassword });
    expect((await ask(ada)).json().code).toBe('reauthentication_needed');
    await ada.auth.post('/auth/reauthenticate', { code: app.code() });
    clock.pass(599);

    expect((await ask(ada)).status).toBeLessThan(300);
  });

  test('is named by what would do: the password, where there is nothing else', async () => {
    const clock = testClock();
    const ada = await signedUp({ instance: start({ now: clock.now }) });
    clock.pass(599);
    expect((await ada.account.get('/account/export')).status).toBe(200);
    clock.pass(1);

    expect((await ada.account.get('/account/export')).json()).toMatchObject({
      code: 'reauthentication_needed',
      errors: [{ path: 'currentPassword' }],
    });
  });

  test('ASVS 7.2.4: comes with a new id, and the one before is dead', async () => {
    const { ada, app } = await withTotp();
    const before = ada.elsewhere();
    before.cookies.set('session_auth', ada.cookies.get('session_auth') ?? '');

    await ada.auth.post('/auth/reauthenticate', { code: app.code() });

    expect([await ada.status(), await before.status()]).toEqual([200, 401]);
  });

  test('a password that is left out by who has one is missing', async () => {
    const ada = await signedUp({ instance: start() });

    const answer = await ada.account.delete('/account', {});

    expect(answer.json()).toMatchObject({
      status: 422,
      code: 'invalid_request',
      errors: [{ path: 'currentPassword', message: 'must be filled in' }],
    });
    expect(await ada.status()).toBe(200);
  });
});

test('ASVS 6.4.3: a reset of the password does not pass the second factor by', async () => {
  const { ada, app, instance } = await withTotp();
  await ada.auth.post('/auth/email/verify', { token: await tokenTo(instance, ada.email, '/verify-email') });
  await ada.auth.post('/auth/password/forgot', { email: ada.email });
  const token = await tokenTo(instance, ada.email, '/reset-password');

  expect((await ada.auth.post('/auth/password/reset', { token, newPassword: otherPassword })).status).toBe(
    204,
  );

  const there = ada.elsewhere();
  expect((await there.signIn(otherPassword)).status).toBe(202);
  expect(await there.status()).toBe(401);
  expect((await there.auth.post('/auth/second-factor', { code: app.code() })).status).toBe(200);
});

describe('what changes', () => {
  test('ASVS 6.3.7: each is told by mail, and is in the activity', async () => {
    const { ada, app, clock, instance } = await withTotp();
    await (await waiting(ada)).give({ recoveryCode: app.recoveryCodes[0] });
    await ada.account.post('/account/recovery-codes');
    clock.pass(1);
    await ada.account.delete('/account/totp');

    const subjects = (await mailsTo(instance, ada.email)).map(({ subject }) => subject);
    for (const said of [
      /app has been added/,
      /code has been used/,
      /codes have been made/,
      /app has been removed/,
    ])
      expect(subjects.filter((subject) => said.test(subject))).toHaveLength(1);
    const types = await typesOf(ada);
    for (const type of ['totp_added', 'recovery_code_used', 'recovery_codes_made', 'totp_removed'])
      expect(types.filter((each) => each === type)).toEqual([type]);
  });

  test('a mail says so when two recovery codes are left', async () => {
    const { ada, app, instance } = await withTotp();
    for (const recoveryCode of app.recoveryCodes.slice(0, 8))
      await (await waiting(ada)).give({ recoveryCode });

    const mails = (await mailsTo(instance, ada.email)).filter(({ subject }) =>
      /code has been used/.test(subject),
    );

    expect(mails).toHaveLength(8);
    expect(mails.filter(({ text }) => text.includes('Two are left'))).toHaveLength(1);
    expect(mails.filter(({ text }) => /(is|are) left/.test(text))).toHaveLength(1);
  });

  test('ASVS 7.4.3: removing the app ends the other sessions, and no other change does', async () => {
    const { ada, app } = await withTotp();
    const there = await waiting(ada);
    await there.give({ code: app.code() });
    await ada.account.post('/account/recovery-codes');
    expect(await there.status()).toBe(200);

    await ada.account.delete('/account/totp');

    expect([await ada.status(), await there.status()]).toEqual([200, 401]);
  });

  test('ASVS 7.4.3: another app takes the place of the one before, and ends the other sessions', async () => {
    const { ada, app, clock } = await withTotp();
    const there = await waiting(ada);
    await there.give({ code: app.code() });
    clock.pass(60);

    const other = await withApp(ada, clock);

    expect([await ada.status(), await there.status()]).toEqual([200, 401]);
    clock.pass(60);
    expect((await (await waiting(ada)).give({ code: app.code() })).status).toBe(401);
    expect((await (await waiting(ada)).give({ code: other.code() })).status).toBe(200);
  });

  test('a wrong second factor after the right password is in the activity', async () => {
    const { ada } = await withTotp();
    await (await waiting(ada)).give({ code: '000000' });

    expect((await typesOf(ada))[0]).toBe('second_factor_failed');
  });
});
