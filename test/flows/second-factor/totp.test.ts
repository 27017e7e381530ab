import { describe, expect, test } from 'vitest';
import { testClock } from '../../support/clock.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo } from '../../support/mail.ts';
import { type person, signedUp } from '../../support/person.ts';
import { withApp } from '../../support/totp.ts';

const { start } = testInstances('totp');

/** Somebody with an authenticator app, and an hour later. */
async function withTotp(options: Parameters<typeof person>[0] | undefined = undefined) {
  const clock = testClock();
  const instance = options?.instance ?? start({ now: clock.now });
  const ada = await signedUp({ ...options, instance });
  const app = await withApp(ada, clock);
  clock.pass(3600);
  return { clock, instance, ada, app };
}

describe.each(eventSources)('over $name', (source) => {
  test('the right password alone, where a second factor is asked for, is no guess: it ends no session', async () => {
    const { ada } = await withTotp();
    const here = ada.elsewhere({ source, cookies: ada.cookies });
    const given = { currentPassword: ada.password, newPassword: 'quite another long password' };

    for (let time = 0; time < 12; time += 1) {
      const refused = await here.account.post('/account/password', given);
      expect([refused.status, refused.json().code]).toEqual([403, 'reauthentication_needed']);
    }

    expect((await here.auth.get('/auth/session')).status).toBe(200);
  });

  test('an authenticator app is in force once a code of it has been given, and asked for after the password', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const ada = await signedUp({ instance, source });

    const begun = await ada.account.post('/account/totp');
    expect(begun.status).toBe(201);
    const { secret, uri } = begun.json();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(uri).toMatch(/^otpauth:\/\/totp\/.*secret=.*/);
    expect((await ada.elsewhere().signIn()).status).toBe(200);
    const { recoveryCodes, code } = await withApp(ada, clock);
    expect(recoveryCodes).toHaveLength(10);
    for (const each of recoveryCodes) expect(each).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
    expect((await ada.auth.get('/auth/session')).json().session).toMatchObject({
      assurance: 2,
      methods: [{ method: 'password' }, { method: 'totp' }],
    });

    clock.pass(60);
    const there = ada.elsewhere();
    const waiting = await there.signIn();
    expect([waiting.status, waiting.json()]).toEqual([
      202,
      { next: 'second_factor', factors: ['totp', 'recovery_code'] },
    ]);
    expect((await there.auth.get('/auth/session')).json()).toMatchObject({
      status: 401,
      code: 'second_factor_needed',
    });
    expect((await there.account.get('/account')).json()).toMatchObject({
      status: 401,
      code: 'not_signed_in',
    });
    const before = there.cookies.get('session_auth');
    const signedIn = await there.auth.post('/auth/second-factor', { code: code() });
    expect([signedIn.status, signedIn.json().user.email]).toEqual([200, ada.email]);
    expect(signedIn.json().session).toMatchObject({ assurance: 2 });
    expect(there.cookies.get('session_auth')).not.toBe(before);
    expect(await there.status()).toBe(200);
    expect((await ada.account.get('/account/factors')).json()).toMatchObject({
      password: true,
      totp: { createdAt: expect.any(String) },
      passkeys: [],
      recoveryCodesLeft: 10,
      providers: [],
    });
    expect((await mailsTo(instance, ada.email)).map(({ subject }) => subject)[0]).toMatch(
      /authenticator app has been added/,
    );
  });
});

test('ASVS 6.5.1: a code works once, also in a race over instances', async () => {
  const { clock, instance, ada, app } = await withTotp();
  const other = start({ now: clock.now });
  const browsers = Array.from({ length: 10 }, (_, n) =>
    ada.elsewhere({ instance: n % 2 ? instance : other }),
  );
  for (const browser of browsers.slice(0, 5)) await browser.signIn();
  const code = app.code();

  const answers = await Promise.all(
    browsers.slice(0, 5).map((browser) => browser.auth.post('/auth/second-factor', { code })),
  );

  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
});
