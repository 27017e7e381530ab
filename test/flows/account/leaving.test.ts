import { describe, expect, test } from 'vitest';
import { indexesOf } from '../../../lib/store/mongo/indexes.ts';
import type { Factors } from '../../../lib/store/records.ts';
import { emailKey } from '../../../lib/users/email.ts';
import { noFactors } from '../../../lib/users/factors.ts';
import { testClock } from '../../support/clock.ts';
import { watchCommands } from '../../support/commands.ts';
import { eventSource, eventSources } from '../../support/events.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { linkIn, mailsTo, tokenTo } from '../../support/mail.ts';
import { withPasskey } from '../../support/passkey.ts';
import {
  newAddress,
  otherPassword,
  type Person,
  person,
  signedUp,
  strongPassword,
} from '../../support/person.ts';
import { withApp } from '../../support/totp.ts';
import { tracesOf } from '../../support/traces.ts';

const { database, start } = testInstances('leaving');

const leave = ({ account }: Person, currentPassword = strongPassword) =>
  account.delete('/account', { currentPassword });
const userOf = async ({ auth }: Person) => (await auth.get('/auth/session')).json().user;

/** All that the database holds, by collection, as text. */
async function everything(): Promise<Map<string, string>> {
  const collections = await database.db().listCollections().toArray();
  const texts = collections.map(async ({ name }): Promise<[string, string]> => {
    const documents = await database.db().collection(name).find().toArray();
    return [name, JSON.stringify(documents)];
  });
  return new Map(await Promise.all(texts));
}

/** Goes through whatever makes the product write something about somebody; signed in at the end. */
async function livingFully(
  instance: Instance,
  source = eventSource('HTTP API, payload 2.0'),
): Promise<Person> {
  const ada = await signedUp({ instance, source, ip: '198.51.100.77' });
  await ada.elsewhere().signIn('a guess that is wrong');
  await ada.elsewhere().signIn();
  await ada.account.post('/account/password', { currentPassword: 'wrong', newPassword: otherPassword });
  await ada.account.post('/account/email', { currentPassword: strongPassword, newEmail: newAddress('next') });
  await ada.auth.post('/auth/password/forgot', { email: ada.email });
  await ada.auth.post('/auth/email/resend');
  return ada;
}

describe.each(eventSources)('over $name', (source) => {
  test('ASVS 7.4.2: leaving takes the account with all its sessions', async () => {
    const instance = start();
    const desk = await signedUp({ instance, source });
    const phone = desk.elsewhere();
    await phone.signIn();

    const answer = await leave(desk);

    expect(answer.status).toBe(204);
    expect(answer.cookies.join()).toMatch(/session_auth=;/);
    expect(await desk.status()).toBe(401);
    expect(await phone.status()).toBe(401);
    expect((await desk.signIn()).json()).toMatchObject({ status: 401, code: 'invalid_credentials' });
    expect((await desk.signUp()).status).toBe(201);
  });

  test('the export is a download of all that is stored about the user', async () => {
    const instance = start();
    const ada = await signedUp({ instance, source });

    const answer = await ada.account.get('/account/export');

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="?account.json"?$/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.json().user).toMatchObject(await userOf(ada));
  });
});

describe('leaving', () => {
  test('nothing of the user is left, in no collection', async () => {
    const instance = start();
    const bystander = await signedUp({ instance });
    const ada = await livingFully(instance);
    const { id } = await userOf(ada);
    expect([...(await everything()).values()].join()).toContain(id);

    await leave(ada);

    const ada77 = { id, emails: [ada.email], ips: ['198.51.100.77'] };
    expect(await tracesOf(database.db(), ada77)).toEqual([]);
    expect(await bystander.status()).toBe(200);
  });

  test('also where requests of the user are under way', async () => {
    const instances = [start(), start()];
    const ada = await signedUp({ instance: instances[0]! });
    const { id } = await userOf(ada);
    const others = instances.map((instance) => ada.elsewhere({ instance }));

    await Promise.all([
      leave(ada),
      ...others.flatMap((other) => [other.signIn('a guess that is wrong'), other.signIn(), other.status()]),
    ]);

    for (const other of others) expect(await other.status()).toBe(401);
    expect(
      await database
        .db()
        .collection('users')
        .countDocuments({ _id: id as never }),
    ).toBe(0);
    expect(await database.db().collection('sessions').countDocuments({ userId: id })).toBe(0);
  });

  test('ASVS 7.5.1: needs the current password', async () => {
    const ada = await signedUp({ instance: start() });

    expect((await leave(ada, 'not the password at all')).json()).toMatchObject({
      status: 403,
      code: 'wrong_password',
    });

    expect(await ada.status()).toBe(200);
  });

  test('the links of mails that are on their way are worth nothing after', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    await ada.auth.post('/auth/password/forgot', { email: ada.email });
    const tokens = {
      reset: await tokenTo(instance, ada.email, '/reset-password'),
      verify: await tokenTo(instance, ada.email, '/verify-email'),
    };

    await leave(ada);

    const { auth } = person({ instance });
    const newPassword = otherPassword;
    expect((await auth.post('/auth/password/reset', { token: tokens.reset, newPassword })).status).toBe(400);
    expect((await auth.post('/auth/email/verify', { token: tokens.verify })).status).toBe(400);
    expect((await mailsTo(instance, ada.email)).map(({ subject }) => subject)).toEqual([
      'Your account at localhost:3000 has been deleted',
    ]);
  });
});

describe('the user is told by mail', () => {
  const deleted = 'Your account at localhost:3000 has been deleted';

  test('at the address that the account had, once it is gone, with one link to the start page', async () => {
    const instance = start();
    const ada = await signedUp({ instance });

    await leave(ada);

    const [told] = await mailsTo(instance, ada.email);
    expect(told?.subject).toBe(deleted);
    expect(linkIn(told!).href).toBe('http://localhost:3000/');
    const { messages } = (await ada.auth.get(`/dev/outbox?to=${encodeURIComponent(ada.email)}`)).json();
    expect(messages.map(({ subject }: { subject: string }) => subject)).toEqual([deleted]);
  });

  test('and not where the password was wrong', async () => {
    const instance = start();
    const ada = await signedUp({ instance });

    await leave(ada, 'not the password at all');

    expect((await mailsTo(instance, ada.email)).map(({ subject }) => subject)).not.toContain(deleted);
  });

  test('it counts as any mail to an address that nobody has confirmed', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const eve = await signedUp({ instance });
    for (let n = 0; n < 10; n += 1)
      await eve.account.post('/account/email', { currentPassword: strongPassword, newEmail: ada.email });

    expect((await leave(ada)).status).toBe(204);

    expect((await mailsTo(instance, ada.email)).map(({ subject }) => subject)).not.toContain(deleted);
  });
});

describe('the export', () => {
  test('tells when the address was confirmed, and all else that is kept of the user', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const ada = await signedUp({ instance });
    const { user: before } = (await ada.account.get('/account/export')).json();
    await ada.auth.post('/auth/email/verify', { token: await tokenTo(instance, ada.email, '/verify-email') });
    const { user: after } = (await ada.account.get('/account/export')).json();
    const [stored] = await database.db().collection('users').find({ email: ada.email }).toArray();

    expect(before).toMatchObject({ emailVerified: false, emailVerifiedAt: null });
    expect(after).toMatchObject({ emailVerified: true, emailVerifiedAt: clock.now().toISOString() });
    const { _id: id, credentials: _secret, nameKey: _sameName, ...rest } = JSON.parse(JSON.stringify(stored));
    expect(after).toEqual({ id, roles: [], ...rest, emailVerified: true });
  });

  test('has what every collection holds of the user, and nobody else', async () => {
    const instance = start();
    const eve = await signedUp({ instance });
    const ada = await livingFully(instance);
    const { id } = await userOf(ada);

    const exported = (await ada.account.get('/account/export')).json();

    expect(Object.keys(exported)).toEqual([
      'exportedAt',
      'user',
      'sessions',
      'pendingLinks',
      'activity',
      'mails',
    ]);
    const stored = (name: string) => database.db().collection(name).countDocuments({ userId: id });
    expect(exported.sessions).toHaveLength(await stored('sessions'));
    expect(exported.pendingLinks).toHaveLength(await stored('tokens'));
    expect(exported.activity).toHaveLength(await stored('events'));
    // Those to another address would tell whether it is somebody's.
    const outbox = database.db().collection('outbox');
    expect(exported.mails).toHaveLength(
      await outbox.countDocuments({ userId: id, toKey: emailKey(ada.email) }),
    );
    for (const part of Object.values(exported)) expect(Object.keys(part as object)).not.toEqual([]);
    expect(JSON.stringify(exported)).not.toContain(eve.email);
  });

  test('has the second factors, without a secret of them', async () => {
    const ada = await signedUp({ instance: start() });
    const { recoveryCodes } = await withApp(ada, { now: () => new Date() });
    const key = await withPasskey(ada);

    const { body } = await ada.account.get('/account/export');

    const { factors } = JSON.parse(body);
    expect(factors).toMatchObject({ password: true, passkeys: [{ id: key.id }], recoveryCodesLeft: 10 });
    expect(Object.keys(factors.totp).sort()).toEqual(['createdAt', 'lastUsedAt']);
    const [{ credentials }] = (await database
      .db()
      .collection('users')
      .find({ email: ada.email })
      .toArray()) as unknown as [{ credentials: { factors: Factors } }];
    const { totp, passkeys, recoveryCodes: kept } = credentials.factors;
    const secrets = [totp?.secret, passkeys[0]?.publicKey, ...kept.map(({ hash }) => hash), ...recoveryCodes];
    expect(secrets).toHaveLength(22);
    for (const secret of secrets) expect(body).not.toContain(secret);
  });

  test('has the providers that are linked, by issuer and subject, where there is nothing else', async () => {
    const ada = await signedUp({ instance: start() });
    const linkedAt = '2026-01-01T12:00:00.000Z';
    const identity = { provider: 'google', issuer: 'https://id.test', subject: 'a number' };
    const factors = {
      ...noFactors,
      revision: 1,
      identities: [{ ...identity, key: 'of it', linkedAt: new Date(linkedAt) }],
    };
    await database
      .db()
      .collection('users')
      .updateOne({ email: ada.email }, { $set: { 'credentials.factors': factors } });

    const { body } = await ada.account.get('/account/export');

    expect(JSON.parse(body).factors.providers).toEqual([{ ...identity, linkedAt }]);
    expect(body).not.toContain('of it');
  });

  test('has no secret: no hash, no cookie, no token', async () => {
    const instance = start();
    const ada = await livingFully(instance);

    const { body } = await ada.account.get('/account/export');

    const [user] = await database.db().collection('users').find({ email: ada.email }).toArray();
    const tokens = await database.db().collection('tokens').find({ userId: user!._id }).toArray();
    expect(tokens).toHaveLength(3);
    for (const secret of [
      user!.credentials.password,
      ada.cookies.get('session_auth'),
      await tokenTo(instance, ada.email, '/reset-password'),
      ...tokens.map(({ tokenHash }) => tokenHash),
    ])
      expect(body).not.toContain(secret);
  });
});

describe('every collection', () => {
  test('that the product writes or has an index for is known to leaving and export', async () => {
    const instance = start();
    await livingFully(instance);

    const { personalData, store } = instance.services;
    const known = personalData.kinds.map((kind) => store.collections[kind]);

    expect([...indexesOf(instance.config).keys()].filter((name) => !known.includes(name))).toEqual([]);
    expect([...(await everything()).keys()].filter((name) => !known.includes(name))).toEqual([]);
  });

  test('that says whom it is about is asked by leaving', async () => {
    const instance = start({ mongoOptions: { monitorCommands: true } });
    const ada = await signedUp({ instance });
    const closed = start({ environment: { REQUIRE_VERIFIED_EMAIL: 'true' } });
    await ada.elsewhere({ instance: closed }).signUp();
    const commands = watchCommands(instance);

    await leave(ada);

    const erased = new Set(
      commands.sent.filter(({ name }) => name === 'delete').map(({ collection }) => collection),
    );
    expect([...erased].sort()).toEqual([
      'events',
      'limits',
      'outbox',
      'repeats',
      'sessions',
      'sign_ups',
      'tokens',
      'users',
    ]);
    expect(commands.sent.filter(({ name }) => name === 'delete').at(-1)?.collection).not.toBe('users');
  });
});
