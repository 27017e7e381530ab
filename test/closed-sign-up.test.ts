import { describe, expect, test } from 'vitest';
import { watchCommands } from './support/commands.ts';
import { eventSources, type TestAnswer } from './support/events.ts';
import type { InstanceOptions } from './support/instance.ts';
import { testInstances } from './support/instances.ts';
import { linkIn, mailsTo, tokenTo } from './support/mail.ts';
import { withoutAws } from './support/no-aws.ts';
import { newAddress, otherPassword, person, signedUp, strongPassword } from './support/person.ts';

const { database, start } = testInstances('closed_sign_up');

const closed = (options: Partial<InstanceOptions> = {}) =>
  start({ ...options, environment: { REQUIRE_VERIFIED_EMAIL: 'true', ...options.environment } });

/** An answer but for what is new in every one. */
const shapeOf = ({ status, body, cookies, headers }: TestAnswer) => ({
  status,
  body,
  cookies,
  cache: headers.get('cache-control'),
  type: headers.get('content-type'),
});

describe.each(eventSources)('over $name', (source) => {
  test('an account can be used once its address is confirmed', async () => {
    const instance = closed();
    const ada = person({ instance, source });

    const signedUp = await ada.signUp();
    expect(shapeOf(signedUp)).toMatchObject({ status: 202, body: '', cookies: [] });
    expect((await ada.signIn()).json()).toMatchObject({ status: 403, code: 'email_not_verified' });
    expect((await ada.signIn('a guess that is wrong')).json()).toMatchObject({
      status: 401,
      code: 'invalid_credentials',
    });

    const token = await tokenTo(instance, ada.email, '/verify-email');
    expect((await ada.auth.post('/auth/email/verify', { token })).status).toBe(204);
    expect(await ada.status()).toBe(401);

    const answer = await ada.signIn();
    expect(answer.json().user).toMatchObject({ email: ada.email, emailVerified: true });
  });

  test('a known address is answered the same, and its owner told by mail', async () => {
    const instance = closed();
    const ada = person({ instance, source });
    const unknown = await ada.signUp();
    const token = await tokenTo(instance, ada.email, '/verify-email');
    await ada.auth.post('/auth/email/verify', { token });

    const again = await person({ instance, source, email: ada.email, password: otherPassword }).signUp();

    expect(shapeOf(again)).toEqual(shapeOf(unknown));
    const [mail] = await mailsTo(instance, ada.email);
    expect(mail?.subject).toBe('You already have an account at localhost:3000');
    expect(linkIn(mail!).pathname).toBe('/sign-in');
    expect((await ada.signIn(otherPassword)).status).toBe(401);
    expect((await ada.signIn(strongPassword)).status).toBe(200);
  });
});

test('ASVS 6.3.8: sign-up sends the database the same commands, and one hash is made, whatever the address', async () => {
  withoutAws();
  const hashed: string[] = [];
  const real = start().services.passwords;
  const passwords = {
    ...real,
    hash: (password: string) => {
      hashed.push(password);
      return real.hash(password);
    },
  };
  const instance = closed({
    passwords,
    environment: { STAGE: 'prod', PUBLIC_URL: 'https://example.com', MAIL_FROM: 'no-reply@example.com' },
    mongoOptions: { monitorCommands: true },
  });
  const open = start();
  const [verified, unverified] = [await signedUp({ instance: open }), newAddress()];
  const verification = await tokenTo(open, verified.email, '/verify-email');
  await verified.auth.post('/auth/email/verify', { token: verification });
  // The first of an instance looks for the indexes, whatever its address.
  await person({ instance }).signUp();
  const commands = watchCommands(instance.services.mongo.client());

  const seen: { commands: string[]; hashes: number; shape: unknown }[] = [];
  for (const email of [newAddress(), unverified, unverified, verified.email]) {
    commands.clear();
    hashed.length = 0;
    const answer = await person({ instance, email }).signUp();
    const names = commands.sent.map(({ collection }) => `${collection}`);
    seen.push({ commands: names, hashes: hashed.length, shape: shapeOf(answer) });
  }

  expect(seen[0]).toMatchObject({ hashes: 1, shape: { status: 202 } });
  for (const each of seen) expect(each).toEqual(seen[0]);
}, 60_000);

test('of two who sign up with one address, the later password holds, by the later link alone', async () => {
  const instance = closed();
  const email = newAddress('contested');
  await person({ instance, email, password: otherPassword }).signUp();
  const older = await tokenTo(instance, email, '/verify-email');
  const ada = person({ instance, email });
  await ada.signUp();
  const newer = await tokenTo(instance, email, '/verify-email');

  expect((await ada.auth.post('/auth/email/verify', { token: older })).status).toBe(400);
  expect((await ada.auth.post('/auth/email/verify', { token: newer })).status).toBe(204);

  expect((await ada.signIn(otherPassword)).status).toBe(401);
  expect((await ada.signIn()).status).toBe(200);
});

test('a link confirms only the sign-up that it was mailed for', async () => {
  const instance = closed();
  const ada = person({ instance });
  await ada.signUp();
  const token = await tokenTo(instance, ada.email, '/verify-email');
  // Another sign-up whose mail is still on its way.
  const users = database.db().collection('users');
  await users.updateOne({ email: ada.email }, { $set: { signUpId: 'of another sign-up' } });

  expect((await ada.auth.post('/auth/email/verify', { token })).json()).toMatchObject({
    code: 'invalid_token',
  });
  expect((await ada.signIn()).json()).toMatchObject({ code: 'email_not_verified' });
});

test('an account from the time of open sign-up keeps its password, whoever signs up with its address', async () => {
  const ada = await signedUp({ instance: start() });
  const instance = closed();

  await person({ instance, email: ada.email, password: otherPassword }).signUp();

  const [mail] = await mailsTo(instance, ada.email);
  expect(mail?.subject).toBe('You already have an account at localhost:3000');
  expect((await ada.elsewhere({ instance }).signIn(otherPassword)).status).toBe(401);
  expect((await ada.elsewhere({ instance }).signIn()).json()).toMatchObject({ code: 'email_not_verified' });
});

test('the mail is sent again by address; the answer is 202 for every one', async () => {
  const instance = closed();
  const ada = person({ instance });
  await ada.signUp();
  const older = await tokenTo(instance, ada.email, '/verify-email');
  const resend = (email: string) => person({ instance }).auth.post('/auth/email/resend', { email });

  const [known, unknown] = [await resend(ada.email), await resend(newAddress())];

  expect(shapeOf(known)).toEqual(shapeOf(unknown));
  expect(known.status).toBe(202);
  const newer = await tokenTo(instance, ada.email, '/verify-email');
  expect(newer).not.toBe(older);
  expect((await ada.auth.post('/auth/email/verify', { token: newer })).status).toBe(204);
  await resend(ada.email);
  expect(await mailsTo(instance, ada.email)).toHaveLength(2);
});

test('without an address and without a session there is nobody to mail', async () => {
  const answer = await person({ instance: closed() }).auth.post('/auth/email/resend');

  expect(answer.json()).toMatchObject({ status: 401, code: 'not_signed_in' });
});

test('a weak password is refused for every address alike', async () => {
  const instance = closed();
  const ada = person({ instance });
  await ada.signUp();

  for (const email of [ada.email, newAddress()])
    expect((await person({ instance, email, password: 'short' }).signUp()).json()).toMatchObject({
      status: 422,
      code: 'weak_password',
    });
});

test('a forgotten password is replaced before the address is confirmed, and confirms it', async () => {
  const instance = closed();
  const ada = person({ instance });
  await ada.signUp();
  await ada.auth.post('/auth/password/forgot', { email: ada.email });

  const token = await tokenTo(instance, ada.email, '/reset-password');
  await ada.auth.post('/auth/password/reset', { token, newPassword: otherPassword });

  expect((await ada.signIn(otherPassword)).status).toBe(200);
});
