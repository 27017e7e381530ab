import { describe, expect, test } from 'vitest';
import { testClock } from '../../support/clock.ts';
import { type Death, dieAt } from '../../support/dying.ts';
import { askCode, codeTo, confirmCode, enterByCode, withEmailCode } from '../../support/email-code.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo } from '../../support/mail.ts';
import { enterByPasskey, withPasskey } from '../../support/passkey.ts';
import { newAddress, otherPassword, type Person, signedUp, strongPassword } from '../../support/person.ts';
import { withApp } from '../../support/totp.ts';

const instances = testInstances('first confirmation');
const environment = withEmailCode;

/** Somebody who has signed up with an address that nobody has confirmed, and its owner in front of another browser. */
async function squatter(more: NodeJS.ProcessEnv = {}) {
  const clock = testClock();
  const instance = instances.start({ environment, now: clock.now });
  const mallory = await signedUp({ instance });
  const there = instances.start({ environment: { ...environment, ...more }, now: clock.now });
  return { clock, instance, mallory, owner: mallory.elsewhere({ instance: there }) };
}

async function typesOf({ account }: Person): Promise<string[]> {
  const { events } = (await account.get('/account/activity')).json();
  return events.map(({ type }: { type: string }) => type);
}

const subjectsTo = async (instance: Parameters<typeof mailsTo>[0], email: string) =>
  (await mailsTo(instance, email)).map(({ subject }) => subject).join('\n');

describe.each([
  ['', {}],
  [' with REQUIRE_VERIFIED_EMAIL', { REQUIRE_VERIFIED_EMAIL: 'true' }],
])('a code that is first to confirm an address%s', (_with, more) => {
  test('signs its owner in, and ends the sessions and the password of whoever signed up', async () => {
    const { instance, mallory, owner } = await squatter(more);

    const answer = await enterByCode(owner);

    expect(answer.status).toBe(200);
    expect(answer.json().user.emailVerified).toBe(true);
    expect(await owner.status()).toBe(200);
    expect(await mallory.status()).toBe(401);
    expect((await mallory.elsewhere().signIn()).status).toBe(401);
    expect(await typesOf(owner)).toEqual(
      expect.arrayContaining(['email_verified', 'password_removed', 'sign_in']),
    );
    const subjects = await subjectsTo(instance, owner.email);
    expect(subjects).toContain('The password has been removed');
    expect(subjects).not.toContain('Second factors');
  });

  test('takes passkeys and the app away, and asks for none of them', async () => {
    const { clock, instance, mallory, owner } = await squatter(more);
    await withApp(mallory, clock);
    const authenticator = await withPasskey(mallory);

    expect((await enterByCode(owner)).status).toBe(200);

    expect((await enterByPasskey(mallory.elsewhere(), authenticator)).status).toBe(401);
    expect((await owner.account.get('/account/factors')).json()).toMatchObject({
      totp: null,
      passkeys: [],
      recoveryCodesLeft: 0,
    });
    expect(await typesOf(owner)).toContain('factors_taken_away');
    expect(await subjectsTo(instance, owner.email)).toContain('Ways to sign in have been removed');
  });
});

test('its owner can set a password, and mails that were under way are void', async () => {
  const { instance, mallory, owner } = await squatter();
  const elsewhere = newAddress('mallory');
  await mallory.account.post('/account/email', { currentPassword: strongPassword, newEmail: elsewhere });
  const tokens = async () =>
    [...(await mailsTo(instance, elsewhere)), ...(await mailsTo(instance, owner.email))].flatMap(
      ({ text }) => /token=([\w-]+)/.exec(text)?.[1] ?? [],
    );
  const before = await tokens();

  await enterByCode(owner);

  expect(before).toHaveLength(2);
  for (const token of before)
    expect((await mallory.auth.post('/auth/email/verify', { token })).json().code).toBe('invalid_token');
  const set = await owner.account.post('/account/password', { newPassword: otherPassword });
  expect(set.status).toBe(204);
  expect((await owner.elsewhere().signIn(otherPassword)).status).toBe(200);
});

test('a browser that has signed in to the account before keeps everything, and confirms the address', async () => {
  const { clock, instance, mallory: ada } = await squatter();
  const app = await withApp(ada, clock);
  const there = ada.elsewhere();
  await ada.auth.post('/auth/sign-out');

  const answer = await enterByCode(ada);

  expect(answer.status).toBe(202);
  clock.pass(60);
  const signedIn = await ada.auth.post('/auth/second-factor', { code: app.code() });
  expect(signedIn.json()).toMatchObject({ user: { emailVerified: true }, session: { assurance: 2 } });
  expect((await there.signIn()).status).toBe(202);
  expect(await typesOf(ada)).toEqual(expect.arrayContaining(['email_verified']));
  expect(await typesOf(ada)).not.toEqual(expect.arrayContaining(['password_removed']));
  expect(await subjectsTo(instance, ada.email)).not.toContain('removed');
});

test('the device of another account is a stranger’s', async () => {
  const { instance, mallory, owner } = await squatter();
  const other = await signedUp({ instance, cookies: owner.cookies });
  await other.auth.post('/auth/sign-out');

  expect((await enterByCode(owner)).status).toBe(200);

  expect((await mallory.elsewhere().signIn()).status).toBe(401);
});

test('a wrong code confirms nothing and takes nothing', async () => {
  const { mallory, owner } = await squatter();
  await askCode(owner);

  expect((await confirmCode(owner, '0000 0000')).status).toBe(401);

  expect(await mallory.status()).toBe(200);
  expect((await mallory.elsewhere().signIn()).json().user.emailVerified).toBe(false);
});

test.each<Death>(['before', 'after'])(
  'one that dies %s a command leaves nobody in but its owner, who can do it again',
  async (death) => {
    const clock = testClock();
    const instance = instances.start({ environment, now: clock.now });
    for (let commands = 0; commands < 40; commands += 1) {
      const mallory = await signedUp({ instance });
      const owner = mallory.elsewhere();
      const dying = instances.start({ environment, now: clock.now });
      const there = owner.elsewhere({ instance: dying, cookies: owner.cookies });
      await askCode(owner);
      const code = await codeTo(owner);
      const { dead } = dieAt(dying, commands, death);

      const answer = await confirmCode(there, code).catch(() => null);

      // The lock of a change that has died is over then.
      clock.pass(15);
      if (!dead()) return expect(answer?.status).toBe(200);
      expect((await enterByCode(owner)).status).toBe(200);
      expect(await mallory.status()).toBe(401);
      expect((await mallory.elsewhere().signIn()).status).toBe(401);
    }
    throw new Error('it needed more commands');
  },
  240_000,
);
