import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { tokenOf } from '../../../lib/tokens/mailed-codes.ts';
import { testClock } from '../../support/clock.ts';
import { watchCommands } from '../../support/commands.ts';
import {
  askCode,
  codesTo,
  codeTo,
  confirmAddress,
  confirmCode,
  enterByCode,
  tieCookie,
  withEmailCode,
  wrongFor,
} from '../../support/email-code.ts';
import { eventSources, type TestAnswer } from '../../support/events.ts';
import type { InstanceOptions } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo } from '../../support/mail.ts';
import { withoutAws } from '../../support/no-aws.ts';
import { newAddress, type Person, type PersonOptions, person, signedUp } from '../../support/person.ts';
import { withApp } from '../../support/totp.ts';
import { signInMethodContract } from './method-contract.ts';

signInMethodContract({
  name: 'email_code',
  // The limit of failures from one network address.
  failures: 100,
  environment: () => withEmailCode,
  arrange: confirmAddress,
  ask: askCode,
  enter: enterByCode,
  fail: async (someone) => {
    if (someone.cookies.get(tieCookie) === undefined) await askCode(someone);
    const [code = '1234 5678'] = await codesTo(someone);
    return confirmCode(someone, wrongFor(code));
  },
});

const instances = testInstances('email code');

function start({ environment, ...options }: Partial<InstanceOptions> = {}) {
  return instances.start({ ...options, environment: { ...withEmailCode, ...environment } });
}

/** Somebody whose address is confirmed, in front of another browser than the one of the sign-up. */
async function member(options: Partial<InstanceOptions> = {}, more: Partial<PersonOptions> = {}) {
  const instance = start(options);
  const before = await signedUp({ instance, ...more });
  await confirmAddress(before);
  return { instance, before, ada: before.elsewhere() };
}

const invalid = { status: 401, code: 'invalid_code' };

describe.each(eventSources)('over $name', (source) => {
  test('who asks for a code and shows it is signed in', async () => {
    const { ada } = await member({}, { source });

    const asked = await askCode(ada);
    const answer = await confirmCode(ada, await codeTo(ada));

    expect([asked.status, asked.body]).toEqual([202, '']);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      user: { email: ada.email, emailVerified: true },
      session: { methods: [{ method: 'email_code' }], assurance: 1 },
    });
    expect(await ada.status()).toBe(200);
    expect(ada.cookies.get(tieCookie)).toBeUndefined();
  });

  test('a wrong code, and a code without the cookie, is 401', async () => {
    const { ada } = await member({}, { source });
    await askCode(ada);
    const code = await codeTo(ada);

    expect((await confirmCode(ada, wrongFor(code))).json()).toMatchObject(invalid);
    expect((await confirmCode(ada.elsewhere(), code)).json()).toMatchObject(invalid);
    expect((await confirmCode(ada, code)).status).toBe(200);
  });

  test('without EMAIL_CODE there is nothing', async () => {
    const someone = person({ instance: instances.start(), source });

    for (const answer of [await askCode(someone), await confirmCode(someone, '12345678')])
      expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('the code', () => {
  test.each([
    ['as the mail has it', (code: string) => code],
    ['without the space', (code: string) => code.replace(' ', '')],
    ['with a hyphen', (code: string) => code.replace(' ', '-')],
    ['with spaces around', (code: string) => `  ${code} `],
  ])('may be typed %s', async (_how, typed) => {
    const { ada } = await member();
    await askCode(ada);

    expect((await confirmCode(ada, typed(await codeTo(ada)))).status).toBe(200);
  });

  test('is refused by its form where it has not 8 digits', async () => {
    const { ada } = await member();

    for (const code of ['1234567', '123456789', '1234567a', '', '１２３４５６７８'])
      expect((await confirmCode(ada, code)).json()).toMatchObject({ status: 422, code: 'invalid_request' });
  });

  test('with remember false has the session end with the browser', async () => {
    const { ada } = await member();

    const answer = await enterByCode(ada, { remember: false });

    const cookie = answer.cookies.find((line) => line.startsWith('session_auth='));
    expect(cookie).not.toMatch(/max-age|expires/i);
  });

  test('ASVS 6.5.5: is over after 10 minutes', async () => {
    const clock = testClock();
    const { ada } = await member({ now: clock.now });
    await askCode(ada);
    const [first, kept] = [await codeTo(ada), ada.cookies.get(tieCookie)];

    clock.pass(10 * 60);

    expect((await confirmCode(ada, first)).json()).toMatchObject(invalid);
    await askCode(ada);
    clock.pass(10 * 60 - 1);
    expect((await confirmCode(ada, await codeTo(ada))).status).toBe(200);
    expect(kept).toBeDefined();
  });

  test('ASVS 6.6.2: is good in the browser alone that asked for it', async () => {
    const { ada } = await member();
    const other = ada.elsewhere();
    await askCode(ada);
    await askCode(other);
    const [ofOther = '', ofAda = ''] = await codesTo(ada);

    expect((await confirmCode(other, ofAda)).json()).toMatchObject(invalid);
    expect((await confirmCode(ada, ofAda)).status).toBe(200);
    expect((await confirmCode(other, ofOther)).status).toBe(200);
  });

  test('is void in a browser that has asked for another one', async () => {
    const { ada } = await member();
    await askCode(ada);
    await askCode(ada);
    const [second = '', first = ''] = await codesTo(ada);

    expect((await confirmCode(ada, first)).json()).toMatchObject(invalid);
    expect((await confirmCode(ada, second)).status).toBe(200);
  });

  test('is void once the account’s credentials have changed', async () => {
    const { before, ada } = await member();
    await askCode(ada);
    const code = await codeTo(ada);
    const change = { currentPassword: before.password, newPassword: 'nine copper ladders in fog' };
    expect((await before.account.post('/account/password', change)).status).toBe(204);

    expect((await confirmCode(ada, code)).json()).toMatchObject(invalid);
  });

  test('ASVS 6.5.1: works once; of many at once over two instances one gets in', async () => {
    const { ada } = await member();
    const there = ada.elsewhere({ instance: start() });
    await askCode(ada);
    const code = await codeTo(ada);
    const tie = ada.cookies.get(tieCookie) ?? '';
    there.cookies.set(tieCookie, tie);

    const answers = await Promise.all([ada, there, ada, there].map((each) => confirmCode(each, code)));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    there.cookies.set(tieCookie, tie);
    expect((await confirmCode(there, code)).json()).toMatchObject(invalid);
  });

  test('ASVS 6.6.3: has five tries; of forty wrong ones at once over two instances no more are looked at', async () => {
    const { ada } = await member();
    const there = ada.elsewhere({ instance: start() });
    await askCode(ada);
    const code = await codeTo(ada);
    there.cookies.set(tieCookie, ada.cookies.get(tieCookie) ?? '');

    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, at) => confirmCode(at % 2 ? ada : there, wrongFor(code, at + 1))),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    expect((await confirmCode(ada, code)).json()).toMatchObject(invalid);
    const { events } = (await enterAnew(ada)).json();
    const failed = events.filter(({ type }: { type: string }) => type === 'sign_in_failed');
    expect(failed).toHaveLength(5);
  });

  test('is still good at the fifth try', async () => {
    const { ada } = await member();
    await askCode(ada);
    const code = await codeTo(ada);

    for (let by = 1; by < 5; by += 1) expect((await confirmCode(ada, wrongFor(code, by))).status).toBe(401);

    expect((await confirmCode(ada, code)).status).toBe(200);
  });
});

const hashed = (lock: string, code: string) =>
  createHash('sha256').update(tokenOf(lock, code)).digest('base64url');

/** The activity, after a new sign-in. */
async function enterAnew(someone: Person): Promise<TestAnswer> {
  await enterByCode(someone);
  return someone.account.get('/account/activity');
}

describe('the cookie', () => {
  test('is one of this site for 10 minutes, and no script sees it', async () => {
    const { ada } = await member();

    const [line = ''] = (await askCode(ada)).cookies;

    expect(line).toMatch(/^session_auth_email_code=[\w-]+; Max-Age=600; Path=\/; Expires=[^;]+; HttpOnly; /);
    expect(line).toContain('SameSite=Lax');
  });

  test('is bound to the host and to TLS in a deployed stage', async () => {
    withoutAws();
    const environment = { STAGE: 'prod', PUBLIC_URL: 'https://example.com', MAIL_FROM: 'a@example.com' };
    const someone = person({ instance: start({ environment }) });

    const [line = ''] = (await askCode(someone)).cookies;

    expect(line).toMatch(/^__Host-email-code=.*; Path=\/; .*HttpOnly; Secure/);
    expect(line).not.toContain('Domain');
  });

  test('that somebody has made up, or that comes twice, is none', async () => {
    const { ada } = await member();
    await askCode(ada);
    const [code, tie = ''] = [await codeTo(ada), ada.cookies.get(tieCookie)];
    const twice = [`${tieCookie}=${tie}`, `${tieCookie}=AAAA`];
    const shown = { code };

    const planted = await ada.auth.post('/auth/email-code/confirm', shown, { cookies: twice });
    ada.cookies.set(tieCookie, `${tie.slice(0, -4)}AAAA`);
    const changed = await confirmCode(ada, code);

    expect([planted.json(), changed.json()]).toEqual([
      expect.objectContaining(invalid),
      expect.objectContaining(invalid),
    ]);
  });

  test('gives neither address nor tie away', async () => {
    const { ada } = await member();
    await askCode(ada);

    const value = Buffer.from(ada.cookies.get(tieCookie) ?? '', 'base64url').toString('latin1');

    expect(value.length).toBeGreaterThan(60);
    expect(value).not.toContain(ada.email);
  });
});

describe('ASVS 6.3.8: asking does not tell whether there is an account', () => {
  const names = ({ headers }: TestAnswer) => {
    const all: string[] = [];
    headers.forEach((_value, name) => void all.push(name));
    return all;
  };

  test('the answer and the cookie look the same', async () => {
    const { instance, ada } = await member();
    const nobody = person({ instance, email: newAddress() });

    const [known, unknown] = [await askCode(ada), await askCode(nobody)];

    expect([unknown.status, unknown.body, names(unknown)]).toEqual([202, known.body, names(known)]);
    expect(nobody.cookies.get(tieCookie)).toHaveLength(ada.cookies.get(tieCookie)?.length ?? 0);
    expect(await mailsTo(instance, nobody.email)).toEqual([]);
  });

  test('in a deployed stage it asks the database the same, and hands over the same job', async () => {
    withoutAws();
    const environment = { STAGE: 'prod', PUBLIC_URL: 'https://example.com', MAIL_FROM: 'a@example.com' };
    const instance = start({ environment, mongoOptions: { monitorCommands: true } });
    const { email } = await signedUp({ instance });
    const commands = watchCommands(instance);

    expect((await askCode(person({ instance, email }))).status).toBe(202);
    const known = commands.names();
    commands.clear();
    expect((await askCode(person({ instance }))).status).toBe(202);

    expect(commands.names()).toEqual(known);
    expect(known.filter((name) => /^(users|tokens)/.test(name))).toEqual([]);
    const lost = instance.log.filter(({ message }) => message === 'mail job not handed over');
    expect(lost.filter(({ fields }) => fields.kind === 'email_code')).toHaveLength(2);
  }, 30_000);

  test('a sign-up that waits is no account, and gets no code', async () => {
    const instance = start({ environment: { REQUIRE_VERIFIED_EMAIL: 'true' } });
    const someone = person({ instance });
    expect((await someone.signUp()).status).toBe(202);

    expect((await askCode(someone)).status).toBe(202);

    expect(await codesTo(someone)).toEqual([]);
  });
});

describe('limits', () => {
  test('three codes an hour for one address; over it the answer stays 202, and the last code stays good', async () => {
    const { ada } = await member();
    const before = await codesTo(ada);

    const answers = [];
    for (let n = 0; n < 5; n += 1) answers.push(await askCode(ada));

    expect(answers.map(({ status, cookies }) => [status, cookies.length])).toEqual(Array(5).fill([202, 1]));
    const codes = await codesTo(ada);
    expect([before.length, codes.length]).toEqual([0, 3]);
    expect((await confirmCode(ada, codes[0] ?? '')).status).toBe(200);
  });

  test('over it a browser that has asked for no other gets a cookie that nothing opens', async () => {
    const { ada } = await member();
    for (let n = 0; n < 3; n += 1) await askCode(ada.elsewhere());
    const late = ada.elsewhere();

    expect((await askCode(late)).status).toBe(202);

    expect(late.cookies.get(tieCookie)).toBeDefined();
    for (const code of await codesTo(late)) expect((await confirmCode(late, code)).status).toBe(401);
  });

  test('twenty an hour from one network address, known or not', async () => {
    const instance = start({ environment: { RATE_LIMIT_FACTOR: '1' } });
    const someone = person({ instance, ip: '192.0.2.81' });

    const answers = await Promise.all(Array.from({ length: 22 }, () => askCode(someone, newAddress('many'))));

    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(20).fill(202), 429, 429]);
  });

  test('who asks for codes keeps nobody from a forgotten password’s link', async () => {
    const { instance, ada } = await member();
    for (let n = 0; n < 4; n += 1) await askCode(ada);

    await ada.auth.post('/auth/password/forgot', { email: ada.email });

    const subjects = (await mailsTo(instance, ada.email)).map(({ subject }) => subject);
    expect(subjects[0]).toMatch(/^Choose a new password/);
  });

  test('a lock of the account, which is about its password, keeps no code out', async () => {
    const { instance, ada } = await member();
    const row = Array.from({ length: 100 }, (_, at) => at);
    for (const at of row) {
      const guesser = person({ instance, email: ada.email, ip: `198.51.100.${at}` });
      await guesser.signIn('another than that of anybody');
    }
    expect((await ada.elsewhere().signIn()).status).toBe(429);

    expect((await enterByCode(ada)).status).toBe(200);
  }, 60_000);
});

describe('the mail', () => {
  test('has the code alone on a line, and no link; the subject has none of it', async () => {
    const { instance, ada } = await member();
    await askCode(ada);
    const code = await codeTo(ada);

    const [mail] = await mailsTo(instance, ada.email);

    expect(mail?.text.split('\n')).toContain(code);
    expect(mail?.html).toContain(`>${code}</p>`);
    expect(`${mail?.text}${mail?.html}`).not.toMatch(/https?:|href/);
    expect(mail?.subject).toBe('Your code to sign in at localhost:3000');
  });

  test('its job holds neither the code nor what opens it, and a late one sends nothing', async () => {
    const clock = testClock();
    const jobs: object[] = [];
    const instance = start({ now: clock.now, handMail: async (job) => void jobs.push(job) });
    const ada = await signedUp({ instance });
    jobs.length = 0;

    await askCode(ada);

    const tie = ada.cookies.get(tieCookie) ?? '';
    expect(jobs).toEqual([
      {
        kind: 'email_code',
        id: expect.any(String),
        email: ada.email,
        requestedAt: clock.now().toISOString(),
        lock: expect.stringMatching(/^[\w-]{43}$/),
      },
    ]);
    expect(JSON.stringify(jobs)).not.toContain(tie);
    clock.pass(10 * 60);
    await instance.handlers.mail(jobs[0], {} as never);
    expect(await mailsTo(instance, ada.email)).toEqual([]);
  });

  test('ASVS 6.5.2: who reads the database has no way to try out the codes', async () => {
    const { before, ada } = await member();
    await askCode(ada);
    const code = await codeTo(ada);

    const db = instances.database.db();
    const { id: userId } = (await before.auth.get('/auth/session')).json().user;
    const [kept] = await db.collection('tokens').find({ userId, purpose: 'email_code' }).toArray();
    const collections = await db.listCollections().toArray();
    const stored = await Promise.all(
      collections
        .filter(({ name }) => name !== 'outbox')
        .map(({ name }) => db.collection(name).find().toArray()),
    );

    expect(kept?.expiresAt.getTime() - kept?.createdAt.getTime()).toBeLessThanOrEqual(10 * 60_000);
    expect(JSON.stringify(stored)).not.toContain(code.replace(' ', ''));
    // Nothing that is stored, with the code, makes the token that is stored hashed.
    const strings = JSON.stringify(stored).match(/[\w-]{43}/g) ?? [];
    for (const lock of strings) expect(hashed(lock, code.replace(' ', ''))).not.toBe(kept?.tokenHash);
  });
});

describe('a second factor', () => {
  test('is asked for after the code, which is one factor; what was typed before stays', async () => {
    const clock = testClock();
    const { before, ada } = await member({ now: clock.now });
    const app = await withApp(before, clock);

    const answer = await enterByCode(ada, { remember: false });

    expect([answer.status, answer.json()]).toEqual([
      202,
      { next: 'second_factor', factors: ['totp', 'recovery_code'] },
    ]);
    expect(await ada.status()).toBe(401);
    clock.pass(60);
    const done = await ada.auth.post('/auth/second-factor', { code: app.code() });
    expect(done.json().session).toMatchObject({
      methods: [{ method: 'email_code' }, { method: 'totp' }],
      assurance: 2,
    });
    expect(done.cookies.join()).not.toMatch(/session_auth=[^;]*;[^,]*max-age/i);
  });
});
