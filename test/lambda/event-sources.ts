import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { authorizerSources } from '../support/authorizer-events.ts';
import { eventSources, type TestClient, type TestEventSource } from '../support/events.ts';
import { clientOf, cookiePairs, type Ground, newPerson, signUp } from './ground.ts';
import type { Instance } from './instance.ts';

/** An instance of each function that answers HTTP or an authorizer, by their names. */
export type Instances = Readonly<Record<string, Instance>>;

const names = ['auth', 'pages', 'account', 'sessions', 'admin', 'docs', 'health', 'example', 'authorizer'];

export async function startEach(ground: Ground): Promise<Instances> {
  const each = names.map(async (name) => [name, await ground.start(name)] as const);
  return Object.fromEntries(await Promise.all(each));
}

/** Every event source is answered by every function, and every kind of authorizer's event. */
export async function checkEventSources(ground: Ground, instances: Instances): Promise<void> {
  let last: TestClient | undefined;
  for (const [at, source] of eventSources.entries())
    last = await checkSource(ground, instances, source, `203.0.113.${at + 1}`);
  if (last) await checkAuthorizer(ground, instances, last);
}

async function checkSource(
  { tally, databaseEnvironment }: Ground,
  instances: Instances,
  source: TestEventSource,
  ip: string,
): Promise<TestClient> {
  const person = newPerson(source.name.replace(/\W+/g, '-').toLowerCase());
  const auth = clientOf(instances.auth!, source, ip);
  const browser = (name: string) => {
    const client = clientOf(instances[name]!, source, ip);
    for (const [cookie, value] of Object.entries(auth.cookies.all())) client.cookies.set(cookie, value);
    return client;
  };
  const check = (name: string, run: () => Promise<void>) =>
    tally.check(`${name} answers: ${source.name}`, run);

  await check('auth', async () => {
    const made = await signUp(auth, person);
    assert.equal(made.status, 201, made.body);
    assert.match(made.cookies.join('\n'), /^__Host-session=[^;]+;.*; HttpOnly; Secure/im);
    const there = await auth.get('/auth/session');
    assert.equal(there.json().user.email, person.email);
    const wrong = { ...person, password: 'ten loud geese at dawn' };
    const refused = await clientOf(instances.auth!, source, ip).post('/auth/sign-in', wrong);
    assert.deepEqual([refused.status, refused.json().code], [401, 'invalid_credentials']);
  });
  await check('account', async () => {
    const renamed = await browser('account').patch('/account', { name: 'Zoë' });
    assert.deepEqual([renamed.status, renamed.json().user.name], [200, 'Zoë']);
  });
  await check('sessions', async () => {
    const { sessions } = (await browser('sessions').get('/sessions?lang=en')).json();
    assert.deepEqual(
      sessions.map((each: { current: boolean; ip: string }) => [each.current, each.ip]),
      [[true, ip]],
    );
  });
  await check('pages', async () => {
    const settings = await browser('pages').get('/settings');
    assert.equal(settings.status, 200);
    assert.ok(settings.body.includes(person.email), 'the page names who is signed in');
    const form = new URLSearchParams(person).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const signedIn = await clientOf(instances.pages!, source, ip).post('/sign-in', form, { headers });
    assert.equal(signedIn.status, 303, signedIn.body);
    assert.match(signedIn.cookies.join('\n'), /^__Host-session=/m);
  });
  await check('admin', async () => {
    assert.equal((await browser('admin').get('/admin/users')).status, 404);
    await makeAdministrator(person.email, databaseEnvironment);
    const found = await browser('admin').get(`/admin/users?query=${encodeURIComponent(person.email)}`);
    assert.equal(found.json().users[0].email, person.email);
  });
  await check('docs', async () => {
    assert.match((await browser('docs').get('/openapi.json')).json().openapi, /^3\.1/);
  });
  await check('health', async () => {
    assert.equal((await browser('health').get('/health/ready')).status, 200);
  });
  await check('example', async () => {
    assert.equal((await browser('example').get('/example')).status, 401);
  });
  return auth;
}

/** As its owner does, from a shell. */
async function makeAdministrator(email: string, environment: Record<string, string>): Promise<void> {
  const command = ['--import', 'tsx', 'lib/dev/users.ts', 'grant', email, 'admin'];
  await promisify(execFile)(process.execPath, command, { env: { ...process.env, ...environment } });
}

async function checkAuthorizer({ tally }: Ground, instances: Instances, signedIn: TestClient): Promise<void> {
  const { authorizer, example } = instances;
  for (const { name, event, allows, protectedEvent } of authorizerSources) {
    await tally.check(`authorizer answers, and example behind it: ${name}`, async () => {
      const asked = event({ cookies: cookiePairs(signedIn) });
      const answer = await authorizer!.handler(asked);
      assert.ok(allows(answer, asked), JSON.stringify(answer));
      const { userId } = (answer as { context: { userId: string } }).context;
      const { statusCode, body } = (await example!.handler(protectedEvent(answer))) as Record<string, string>;
      assert.deepEqual([statusCode, JSON.parse(body ?? '')], [200, { userId }]);
    });
    await tally.check(`authorizer denies who is not signed in: ${name}`, async () => {
      const asked = event({ cookies: ['__Host-session=s%3Anobody.knows'] });
      assert.equal(allows(await authorizer!.handler(asked), asked), false);
    });
  }
}
