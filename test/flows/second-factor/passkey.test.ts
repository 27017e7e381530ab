import { describe, expect, test } from 'vitest';
import { Authenticator } from '../../support/authenticator.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo } from '../../support/mail.ts';
import { addPasskey, enterByPasskey, optionsFor, withPasskey } from '../../support/passkey.ts';
import { type Person, person, signedUp } from '../../support/person.ts';
import { withApp } from '../../support/totp.ts';

const { start } = testInstances('passkeys');

/** Somebody who is signed in, on a clock. */
async function member(options: Partial<Parameters<typeof person>[0]> = {}) {
  const clock = testClock();
  const instance = options.instance ?? start({ now: clock.now });
  const ada = await signedUp({ ...options, instance });
  return { clock, instance, ada };
}

const typesOf = async ({ account }: Person) =>
  (await account.get('/account/activity')).json().events.map(({ type }: { type: string }) => type);

/** Shows a passkey where a sign-in waits for it. */
async function answerByPasskey({ auth }: Person, authenticator: Authenticator, lie = {}) {
  const options = await optionsFor(auth, '/auth/second-factor/passkey-options');
  return auth.post('/auth/second-factor', { passkey: authenticator.sign(options, lie) });
}

describe.each(eventSources)('over $name', (source) => {
  test('a passkey is added, asked for after the password, signs in alone, is renamed and removed', async () => {
    const { clock, instance, ada } = await member({ source });
    const authenticator = new Authenticator({ aaguid: 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4' });

    const creation = await optionsFor(ada.account, '/account/passkeys/options');
    expect(creation).toMatchObject({
      rp: { id: 'localhost' },
      attestation: 'none',
      excludeCredentials: [],
      timeout: 300_000,
      user: { name: ada.email },
    });
    expect(creation.pubKeyCredParams.map(({ alg }: { alg: number }) => alg)).toEqual([-8, -7, -257]);
    expect(Buffer.from(creation.challenge, 'base64url')).toHaveLength(32);
    const { user } = (await ada.auth.get('/auth/session')).json();
    expect(creation.user.id).toBe(user.id);
    const before = ada.cookies.get('session_auth');
    const credential = authenticator.register(creation);
    const added = await ada.account.post('/account/passkeys', { credential });
    expect([added.status, added.json().passkey]).toEqual([
      201,
      {
        id: authenticator.id,
        name: 'Google Password Manager',
        createdAt: clock.now().toISOString(),
        lastUsedAt: null,
        backedUp: false,
      },
    ]);
    expect(added.json().recoveryCodes).toHaveLength(10);
    expect(ada.cookies.get('session_auth')).not.toBe(before);
    expect((await ada.auth.get('/auth/session')).json().session).toMatchObject({
      assurance: 2,
      methods: [{ method: 'password' }, { method: 'passkey' }],
    });

    const there = ada.elsewhere();
    expect((await there.signIn()).json()).toEqual({
      next: 'second_factor',
      factors: ['passkey', 'recovery_code'],
    });
    const second = await answerByPasskey(there, authenticator);
    expect([second.status, second.json().session.assurance]).toEqual([200, 2]);

    clock.pass(60);
    const alone = ada.elsewhere();
    const asked = await optionsFor(alone.auth, '/auth/passkey/options');
    expect(asked).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    expect(asked.allowCredentials ?? []).toEqual([]);
    const entered = await alone.auth.post('/auth/passkey', {
      passkey: authenticator.sign(asked),
      remember: false,
    });
    expect([entered.status, entered.json().user.email]).toEqual([200, ada.email]);
    expect(entered.json().session).toMatchObject({ assurance: 2, methods: [{ method: 'passkey' }] });

    const path = `/account/passkeys/${authenticator.id}`;
    const renamed = await alone.account.patch(path, { name: 'My phone' });
    expect([renamed.status, renamed.json().passkey]).toMatchObject([
      200,
      { name: 'My phone', lastUsedAt: clock.now().toISOString() },
    ]);
    expect((await alone.account.get('/account/factors')).json()).toMatchObject({
      passkeys: [renamed.json().passkey],
      recoveryCodesLeft: 10,
    });
    const removed = await alone.account.delete(path);
    expect([removed.status, await alone.status(), await there.status()]).toEqual([204, 200, 401]);
    expect((await alone.account.get('/account/factors')).json()).toMatchObject({
      passkeys: [],
      recoveryCodesLeft: 0,
    });
    const types = ['passkey_removed', 'passkey_renamed', 'sign_in', 'sign_in', 'passkey_added', 'sign_up'];
    expect(await typesOf(alone)).toEqual(types);
    const subjects = (await mailsTo(instance, ada.email)).map(({ subject }) => subject);
    expect(subjects.join()).toMatch(/passkey has been removed.*passkey has been added/);
  });

  test('who has a passkey ends the password, and proves anew by the passkey', async () => {
    const { clock, instance, ada } = await member({ source });
    expect((await ada.account.delete('/account/password')).json()).toMatchObject({
      status: 409,
      code: 'last_way_in',
    });
    const authenticator = await withPasskey(ada);
    const there = ada.elsewhere();
    await enterByPasskey(there, authenticator);
    clock.pass(601);
    expect((await ada.account.delete('/account/password')).json()).toMatchObject({
      code: 'reauthentication_needed',
      errors: [{ path: 'passkey' }, { path: 'recoveryCode' }],
    });
    const options = await optionsFor(ada.auth, '/auth/second-factor/passkey-options');
    expect(options.allowCredentials).toEqual([
      { id: authenticator.id, type: 'public-key', transports: ['internal', 'hybrid'] },
    ]);
    const passkey = authenticator.sign(options);
    expect((await ada.auth.post('/auth/reauthenticate', { passkey })).status).toBe(204);

    const removed = await ada.account.delete('/account/password');

    expect([removed.status, await ada.status(), await there.status()]).toEqual([204, 200, 401]);
    expect((await ada.account.get('/account/factors')).json()).toMatchObject({ password: false });
    expect((await there.signIn()).json()).toMatchObject({ status: 401, code: 'invalid_credentials' });
    expect((await enterByPasskey(there, authenticator)).status).toBe(200);
    const last = await there.account.delete(`/account/passkeys/${authenticator.id}`);
    expect(last.json()).toMatchObject({ status: 409, code: 'last_way_in' });
    expect(await there.status()).toBe(200);
    expect((await there.account.delete('/account/password')).status).toBe(204);
    expect((await mailsTo(instance, ada.email)).map(({ subject }) => subject)[0]).toMatch(
      /password has been removed/,
    );
    const other = await withPasskey(there);
    expect((await there.account.delete(`/account/passkeys/${authenticator.id}`)).status).toBe(204);
    expect((await enterByPasskey(ada.elsewhere(), other)).json().session.assurance).toBe(2);
  });
});

test.each([
  ['EdDSA', -8],
  ['ES256', -7],
  ['RS256', -257],
] as const)('keys of %s sign in', async (_name, algorithm) => {
  const { ada } = await member();
  const authenticator = await withPasskey(ada, { algorithm });

  expect((await enterByPasskey(ada.elsewhere(), authenticator)).status).toBe(200);
  expect((await enterByPasskey(ada.elsewhere(), authenticator)).status).toBe(200);
});

test('an authenticator that knows no user is a second factor, and no way in by itself', async () => {
  const { ada } = await member();
  const authenticator = await withPasskey(ada, { isResident: false, verifiesUser: false, counts: false });

  const alone = await enterByPasskey(ada.elsewhere(), authenticator);
  const { user } = (await ada.auth.get('/auth/session')).json();
  const named = await enterByPasskey(ada.elsewhere(), authenticator, { userHandle: user.id });
  const there = ada.elsewhere();
  await there.signIn();
  const second = await answerByPasskey(there, authenticator);

  expect([alone.status, named.status, second.status]).toEqual([401, 401, 200]);
  expect((await ada.account.delete('/account/password')).json()).toMatchObject({ code: 'last_way_in' });
});

test('a passkey counts as a way in once it has signed in alone, whatever it said when it was made', async () => {
  const { ada } = await member();
  const authenticator = await withPasskey(ada, { isResident: false });
  expect((await ada.account.delete('/account/password')).json()).toMatchObject({ code: 'last_way_in' });
  const { user } = (await ada.auth.get('/auth/session')).json();

  await enterByPasskey(ada.elsewhere(), authenticator, { userHandle: user.id });

  expect((await ada.account.delete('/account/password')).status).toBe(204);
});

test('a passkey that verifies its user counts as a way in where its browser does not say whether it is', async () => {
  const { ada } = await member();
  const authenticator = new Authenticator();
  const credential = authenticator.register(await optionsFor(ada.account, '/account/passkeys/options'));
  const { clientExtensionResults: _silent, ...rest } = credential;
  expect((await ada.account.post('/account/passkeys', { credential: rest })).status).toBe(201);

  expect((await ada.account.delete('/account/password')).status).toBe(204);

  expect((await enterByPasskey(ada.elsewhere(), authenticator)).status).toBe(200);
});

test('a passkey that was there is refused, and so is a twenty-first', async () => {
  const { ada } = await member();
  const first = await withPasskey(ada);
  const options = await optionsFor(ada.account, '/account/passkeys/options');
  expect(options.excludeCredentials).toMatchObject([{ id: first.id }]);
  const again = await addPasskey(ada, first);
  expect(again.json()).toMatchObject({ status: 409, code: 'passkey_taken' });
  let credential = {};
  for (let more = 1; more < 20; more += 1) {
    // Begun while there was room for one more.
    credential = new Authenticator().register(await optionsFor(ada.account, '/account/passkeys/options'));
    const added = await addPasskey(ada, new Authenticator(), { name: `No. ${more + 1}` });
    expect([added.status, added.json().recoveryCodes]).toEqual([201, []]);
  }

  const late = await ada.account.post('/account/passkeys', { credential });
  const asked = await ada.account.post('/account/passkeys/options');

  expect([late.json().code, asked.json().code]).toEqual(['too_many_passkeys', 'too_many_passkeys']);
  const { passkeys } = (await ada.account.get('/account/factors')).json();
  expect(passkeys.map(({ name }: { name: string }) => name)).toEqual([
    'Passkey',
    ...Array.from({ length: 19 }, (_, n) => `No. ${n + 2}`),
  ]);
});

test('what changes passkeys wants a session, a fresh one, and a passkey that is there', async () => {
  const { clock, instance, ada } = await member();
  const authenticator = await withPasskey(ada);
  const path = `/account/passkeys/${authenticator.id}`;
  const nobody = person({ instance });
  const credential = new Authenticator().register({ challenge: 'none', user: { id: 'x' } });
  const asks = ({ account }: Person) => [
    () => account.post('/account/passkeys/options'),
    () => account.post('/account/passkeys', { credential }),
    () => account.delete(path),
    () => account.delete('/account/password'),
  ];

  for (const ask of asks(nobody)) expect((await ask()).json()).toMatchObject({ code: 'not_signed_in' });
  expect((await nobody.account.patch(path, { name: 'mine' })).json()).toMatchObject({
    code: 'not_signed_in',
  });
  const options = await nobody.auth.post('/auth/second-factor/passkey-options');
  expect(options.json()).toMatchObject({ status: 401, code: 'not_signed_in' });
  for (const name of ['', ' ', 'x'.repeat(101)])
    expect((await ada.account.patch(path, { name })).status).toBe(422);
  for (const unknown of [
    () => ada.account.patch('/account/passkeys/unknown', { name: 'mine' }),
    () => ada.account.delete('/account/passkeys/unknown'),
  ])
    expect((await unknown()).json()).toMatchObject({ status: 404, code: 'not_found' });
  const ben = await signedUp({ instance });
  expect((await ben.account.patch(path, { name: 'mine' })).status).toBe(404);
  expect((await ben.account.delete(path)).status).toBe(404);
  clock.pass(601);
  for (const ask of asks(ada))
    expect((await ask()).json()).toMatchObject({ status: 403, code: 'reauthentication_needed' });
});

test('a passkey is removed and recovery codes stay where there is an authenticator app', async () => {
  const { clock, ada } = await member();
  await withApp(ada, clock);
  const authenticator = await withPasskey(ada);
  expect(authenticator.recoveryCodes).toEqual([]);

  await ada.account.delete(`/account/passkeys/${authenticator.id}`);

  expect((await ada.account.get('/account/factors')).json()).toMatchObject({
    passkeys: [],
    recoveryCodesLeft: 10,
  });
});

test('of password and passkey that end at once one stays', async () => {
  const { clock, instance, ada } = await member();
  const authenticator = await withPasskey(ada);
  const there = ada.elsewhere({ instance: start({ now: clock.now }) });
  await enterByPasskey(there, authenticator);

  const answers = await Promise.all([
    ada.account.delete('/account/password', undefined, { expect5xx: true }),
    there.account.delete(`/account/passkeys/${authenticator.id}`, undefined, { expect5xx: true }),
  ]);

  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  const byPassword = await ada.elsewhere({ instance }).signIn();
  const byPasskey = await enterByPasskey(ada.elsewhere({ instance }), authenticator);
  expect([byPassword.status, byPasskey.status].sort()).toEqual([200, 401]);
});
