import { describe, expect, test } from 'vitest';
import { authorizerSources } from '../../support/authorizer-events.ts';
import { createClient, eventSources, testContext } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { person, signedUp } from '../../support/person.ts';
import { besideDevice } from '../../support/session-cookie.ts';
import { tokenClient } from '../../support/token-client.ts';

const { start } = testInstances('cookie_domain');

const environment = {
  STAGE: 'prod',
  PUBLIC_URL: 'https://auth.example.com',
  MAIL_FROM: 'no-reply@example.com',
  COOKIE_DOMAIN: 'example.com',
};
const domain = () => start({ environment, mailer: { send: async () => undefined } });
const [own, tie] = ['__Secure-session', '__Host-session-tie'];

/** What browsers add, and nobody in a page can leave out. */
const fromBrowser = { 'sec-fetch-site': 'same-origin' };

describe.each(eventSources)('with COOKIE_DOMAIN, over $name', (source) => {
  test('ASVS 3.3.1, 3.3.3: with COOKIE_DOMAIN the cookie is __Secure-session, with that Domain', async () => {
    const instance = domain();
    const ada = person({ instance, source, headers: fromBrowser });

    const [session = '', tied = '', ...more] = besideDevice(await ada.signUp());

    expect(more).toEqual([]);
    const plain = (line: string) => line.split('; ').map((each) => each.replace(/=\w{3}, .*/, ''));
    const attributes = ['Path=/', 'Expires', 'HttpOnly', 'Secure', 'SameSite=Lax'];
    expect(plain(session)).toEqual([
      expect.stringMatching(/^__Secure-session=s%3A/),
      'Max-Age=2592000',
      'Domain=example.com',
      ...attributes,
    ]);
    expect(plain(tied)).toEqual([
      expect.stringMatching(/^__Host-session-tie=[\w-]{43}$/),
      'Max-Age=2592000',
      ...attributes,
    ]);
    expect(await ada.status()).toBe(200);
    const [cleared = '', untied = '', ...rest] = besideDevice(await ada.auth.post('/auth/sign-out'));
    expect([cleared, untied]).toEqual([
      expect.stringMatching(/^__Secure-session=; Domain=example\.com; .*1970/),
      expect.stringMatching(/^__Host-session-tie=; (?!.*Domain).*1970/),
    ]);
    expect([rest, await ada.status()]).toEqual([[], 401]);
  });
});

test('SM: a cookie that another host of the domain has planted signs nobody in as somebody else', async () => {
  const instance = domain();
  const eve = await signedUp({ instance, headers: fromBrowser });
  const planted = eve.cookies.get(own)!;
  const victim = () => person({ instance, headers: fromBrowser });

  // Into a browser where nobody is signed in.
  const nobody = victim();
  nobody.cookies.set(own, planted);
  expect(await nobody.status()).toBe(401);
  expect((await nobody.pages.get('/settings', { headers: { accept: 'text/html' } })).status).toBe(303);
  expect((await nobody.account.patch('/account', { name: 'Ada' })).status).toBe(401);
  // Over the cookie of somebody who is signed in.
  const ada = victim();
  await ada.signUp();
  const hers = ada.cookies.get(own)!;
  ada.cookies.set(own, planted);
  expect(await ada.status()).toBe(401);
  // What an older browser says of itself.
  const older = { headers: { origin: environment.PUBLIC_URL }, cookies: { [own]: planted } };
  expect((await ada.account.patch('/account', { name: 'Ada' }, older)).status).toBe(401);
  const atPage = { headers: { accept: 'text/html,*/*;q=0.8' }, cookies: { [own]: planted } };
  expect((await person({ instance }).pages.get('/settings', atPage)).status).toBe(303);
  // Beside it, under another path.
  const both = await ada.auth.get('/auth/session', { cookies: [`${own}=${planted}`, `${own}=${hers}`] });
  expect([both.status, both.json().code]).toEqual([400, 'malformed_body']);
  // Signing in gives a session of one's own, and leaves that of the other as it is.
  expect((await ada.signIn()).status).toBe(200);
  expect((await ada.auth.get('/auth/session')).json().user.email).toBe(ada.email);
  expect([await ada.status(), await eve.status()]).toEqual([200, 200]);
});

test('an id that was planted is known to nobody once somebody signs in', async () => {
  const instance = domain();
  const [eve, ada] = [person({ instance }), person({ instance })];
  await eve.signUp();
  await ada.signUp();
  const planted = eve.cookies.get(own)!;
  // Not even where a browser does not say that it is one.
  const there = ada.elsewhere();
  there.cookies.set(own, planted);
  await there.signIn();

  expect(there.cookies.get(own)).not.toBe(planted);
  expect([await there.status(), await eve.status()]).toEqual([200, 401]);
});

test('the tie of one session does not fit another, and survives a change of the secret that signs', async () => {
  const instance = domain();
  const [ada, eve] = [person({ instance, headers: fromBrowser }), person({ instance, headers: fromBrowser })];
  await ada.signUp();
  await eve.signUp();
  const mixed = { [own]: eve.cookies.get(own)!, [tie]: ada.cookies.get(tie)! };
  const secrets = `another secret of at least 32 characters,${instance.config.sessionSecrets}`;
  const rotated = start({ environment: { ...environment, SESSION_SECRETS: secrets } });

  expect((await ada.auth.get('/auth/session', { cookies: mixed })).status).toBe(401);
  const [later] = [ada.elsewhere({ instance: rotated, cookies: ada.cookies })];
  expect(await later.status()).toBe(200);
  const renewed = await later.auth.post('/auth/reauthenticate', { currentPassword: ada.password });
  expect([renewed.status, await later.status()]).toEqual([204, 200]);
});

test('a server on another host that asks for its user has the session cookie alone, and so has the authorizer', async () => {
  const instance = domain();
  const ada = await signedUp({ instance, headers: fromBrowser });
  const cookies = { [own]: ada.cookies.get(own)! };
  const asServer = createClient(instance.handlers.auth, eventSources[0]!);
  const [gateway] = authorizerSources;
  const event = gateway!.event({ cookies: [`${own}=${cookies[own]}`] });

  expect((await asServer.get('/auth/session', { cookies })).status).toBe(200);
  expect(gateway!.allows(await instance.handlers.authorizer(event, testContext()), event)).toBe(true);
});

test('a token needs no tie, and gives none', async () => {
  const ada = tokenClient(domain());
  await ada.signUp();

  expect((await ada.get('/account', { headers: fromBrowser })).status).toBe(200);
});

test('the cookie that was there before is not read, and does not count as a second one', async () => {
  const before = start({ environment: { ...environment, COOKIE_DOMAIN: '' } });
  const instance = domain();
  const ada = person({ instance: before, headers: fromBrowser });
  await ada.signUp();
  expect(ada.cookies.get('__Host-session')).toBeDefined();
  const now = ada.elsewhere({ instance, cookies: ada.cookies });

  expect(await now.status()).toBe(401);
  expect([(await now.signIn()).status, await now.status()]).toEqual([200, 200]);
  expect(await ada.status()).toBe(200);
});

test('in test it is session_auth, with the Domain and without Secure', async () => {
  const instance = start({
    environment: { PUBLIC_URL: 'http://auth.example.test:3000', COOKIE_DOMAIN: 'example.test' },
  });

  const [session, tied] = besideDevice(await person({ instance }).signUp());

  expect(session).toMatch(/^session_auth=.*Domain=example\.test(?!.*Secure)/);
  expect(tied).toMatch(/^session_auth_tie=(?!.*Domain)(?!.*Secure)/);
});
