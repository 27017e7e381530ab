import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../lib/store/open-store.ts';
import { noFactors } from '../../../lib/users/factors.ts';
import { identityRecord } from '../../../lib/users/identity.ts';
import { testClock } from '../../support/clock.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo } from '../../support/mail.ts';
import { enterByPasskey, withPasskey } from '../../support/passkey.ts';
import { newAddress, otherPassword, type Person, signedUp, strongPassword } from '../../support/person.ts';
import { withApp } from '../../support/totp.ts';

const { start } = testInstances('pre-hijacking');

/** Somebody who has signed up with an address, and put a passkey and an app there before it was confirmed. */
async function squatter() {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const mallory = await signedUp({ instance });
  const app = await withApp(mallory, clock);
  const authenticator = await withPasskey(mallory);
  const tokenOf = async (path: string) => {
    const mails = await mailsTo(instance, mallory.email);
    const token = mails
      .map(({ text }) => new RegExp(`${path}\\?token=([\\w-]+)`).exec(text)?.[1])
      .find(Boolean);
    if (!token) throw new Error(`no mail leads to ${path}`);
    return token;
  };
  return { clock, instance, mallory, app, authenticator, tokenOf };
}

/** How often the activity tells of it. */
async function taken({ account }: Person): Promise<number> {
  const { events } = (await account.get('/account/activity')).json();
  return events.filter(({ type }: { type: string }) => type === 'factors_taken_away').length;
}

async function subjectsTo(instance: Parameters<typeof mailsTo>[0], email: string): Promise<string[]> {
  return (await mailsTo(instance, email)).map(({ subject }) => subject);
}

const factorsOf = async ({ account }: Person) => (await account.get('/account/factors')).json();

async function reset(owner: Person, tokenOf: (path: string) => Promise<string>) {
  await owner.auth.post('/auth/password/forgot', { email: owner.email });
  const token = await tokenOf('/reset-password');
  const answer = await owner.auth.post('/auth/password/reset', { token, newPassword: otherPassword });
  if (answer.status !== 204) throw new Error(`the reset answered ${answer.status}: ${answer.body}`);
}

test('a reset that first confirms the address takes away what was there before', async () => {
  const { instance, mallory, authenticator, tokenOf } = await squatter();
  const owner = mallory.elsewhere();

  await reset(owner, tokenOf);

  expect((await owner.signIn(otherPassword)).status).toBe(200);
  expect(await factorsOf(owner)).toMatchObject({ totp: null, passkeys: [], recoveryCodesLeft: 0 });
  expect((await enterByPasskey(mallory.elsewhere(), authenticator)).status).toBe(401);
  expect(await mallory.status()).toBe(401);
  expect(await taken(owner)).toBe(1);
  expect(await subjectsTo(instance, owner.email)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^Ways to sign in have been removed/)]),
  );
});

test('a reset that first confirms an address says nothing of factors where there were none', async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  await ada.auth.post('/auth/password/forgot', { email: ada.email });
  const mails = await mailsTo(instance, ada.email);
  const token = mails.map(({ text }) => /reset-password\?token=([\w-]+)/.exec(text)?.[1]).find(Boolean);

  await ada.auth.post('/auth/password/reset', { token, newPassword: otherPassword });

  await ada.signIn(otherPassword);
  expect(await taken(ada)).toBe(0);
  expect((await subjectsTo(instance, ada.email)).join()).not.toContain('Ways to sign in');
});

test('ASVS 6.4.3: any other reset leaves the second factor, and a sign-in still asks for it', async () => {
  const { mallory: ada, authenticator, tokenOf } = await squatter();
  await ada.auth.post('/auth/email/verify', { token: await tokenOf('/verify-email') });
  expect((await factorsOf(ada)).passkeys).toHaveLength(1);
  const there = ada.elsewhere();

  await reset(there, tokenOf);

  const waiting = await there.signIn(otherPassword);
  expect([waiting.status, waiting.json().factors]).toEqual([202, ['totp', 'passkey', 'recovery_code']]);
  expect((await enterByPasskey(ada.elsewhere(), authenticator)).status).toBe(200);
});

test('a confirmation by another browser takes them away too, ends every session before it, and is told', async () => {
  const { instance, mallory, authenticator, tokenOf } = await squatter();
  const owner = mallory.elsewhere();

  const confirmed = await owner.auth.post('/auth/email/verify', { token: await tokenOf('/verify-email') });

  expect(confirmed.status).toBe(204);
  expect((await enterByPasskey(mallory.elsewhere(), authenticator)).status).toBe(401);
  const signedIn = await owner.signIn();
  expect([signedIn.status, signedIn.json().user?.emailVerified]).toEqual([200, true]);
  expect(await factorsOf(owner)).toMatchObject({ totp: null, passkeys: [], recoveryCodesLeft: 0 });
  expect(await mallory.status()).toBe(401);
  expect(await taken(owner)).toBe(1);
  expect(await subjectsTo(instance, owner.email)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^Ways to sign in have been removed/)]),
  );
});

test('so does a change to an address that is the first to be confirmed, by another browser', async () => {
  const { instance, mallory, authenticator } = await squatter();
  const email = newAddress('owner');
  const owner = mallory.elsewhere({ email });
  await mallory.account.post('/account/email', { currentPassword: strongPassword, newEmail: email });
  const [token] = (await mailsTo(instance, email)).flatMap(
    ({ text }) => /verify-email\?token=([\w-]+)/.exec(text)?.[1] ?? [],
  );

  expect((await owner.auth.post('/auth/email/verify', { token })).status).toBe(204);

  expect((await enterByPasskey(mallory.elsewhere(), authenticator)).status).toBe(401);
  expect(await mallory.status()).toBe(401);
  expect((await owner.signIn()).status).toBe(200);
  expect(await factorsOf(owner)).toMatchObject({ totp: null, passkeys: [], recoveryCodesLeft: 0 });
  expect(await taken(owner)).toBe(1);
});

/** Somebody who has signed up with an address, and linked nothing but a provider of their own before it was confirmed. */
async function linkedSquatter() {
  const instance = start();
  const mallory = await signedUp({ instance });
  const { users, close } = openStore(instance.config);
  onTestFinished(close);
  const { id } = (await mallory.auth.get('/auth/session')).json().user;
  const identity = identityRecord({
    ...{ provider: 'google', issuer: 'https://id.test', subject: `mallory ${id}` },
    linkedAt: new Date(),
  });
  const at = new Date();
  await users.takeLock(id, {}, { by: 'mallory', at, until: new Date(at.getTime() + 5000) });
  const to = { ...noFactors, revision: 1, changedBy: 'mallory', identities: [identity] };
  expect(await users.changeUnderLock(id, 'mallory', { at, factors: { from: 0, to } })).toBe('changed');
  const ownerOf = async () => (await users.findByIdentity(identity.key))?.id ?? null;
  const tokenOf = async (path: string) => {
    const mails = await mailsTo(instance, mallory.email);
    return (
      mails.map(({ text }) => new RegExp(`${path}\\?token=([\\w-]+)`).exec(text)?.[1]).find(Boolean) ?? ''
    );
  };
  expect(await ownerOf()).toBe(id);
  return { instance, mallory, ownerOf, tokenOf };
}

test('a provider alone, that was linked before a reset first confirmed the address, is taken away and told', async () => {
  const { instance, mallory, ownerOf, tokenOf } = await linkedSquatter();
  const owner = mallory.elsewhere();

  await reset(owner, tokenOf);

  expect(await ownerOf()).toBeNull();
  expect((await owner.signIn(otherPassword)).status).toBe(200);
  expect(await taken(owner)).toBe(1);
  expect((await subjectsTo(instance, owner.email)).join()).toContain('Ways to sign in have been removed');
});

test('so is it where another browser confirms the address', async () => {
  const { mallory, ownerOf, tokenOf } = await linkedSquatter();
  const owner = mallory.elsewhere();

  const confirmed = await owner.auth.post('/auth/email/verify', { token: await tokenOf('/verify-email') });

  expect(confirmed.status).toBe(204);
  expect(await ownerOf()).toBeNull();
  expect(await mallory.status()).toBe(401);
  expect((await owner.signIn()).status).toBe(200);
  expect(await taken(owner)).toBe(1);
});
