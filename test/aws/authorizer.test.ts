import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sign } from 'cookie-signature';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authorizerHandler } from '../../lib/aws/authorizer.ts';
import { buildHandlers } from '../../lib/dev/build.ts';
import { type AuthorizerRequest, authorizerSources, policyAllows } from '../support/authorizer-events.ts';
import { watchCommands } from '../support/commands.ts';
import { createClient, eventSource, testContext } from '../support/events.ts';
import { type Instance, testSecret } from '../support/instance.ts';
import { testInstances } from '../support/instances.ts';
import { signedUp } from '../support/person.ts';
import { stopwatch } from '../support/timing.ts';
import { tokenClient } from '../support/token-client.ts';
import { withApp } from '../support/totp.ts';

const { start } = testInstances('authorizer');

const password = 'four plain words together';
let people = 0;

/** Signs a new user up and gives their cookie. */
async function signUp({ handlers }: Instance) {
  const client = createClient(handlers.auth, eventSource('HTTP API, payload 2.0'));
  people += 1;
  const answer = await client.post('/auth/sign-up', { email: `p${people}@example.com`, password });
  const value = client.cookies.get('session_auth') ?? '';
  return { client, cookie: `session_auth=${value}`, value: decodeURIComponent(value), ...answer.json() };
}

describe.each(authorizerSources)('asked by $name', (source) => {
  async function ask({ handlers }: Instance, request: AuthorizerRequest) {
    const event = source.event(request);
    const answer = await handlers.authorizer(event, testContext());
    return { answer, allowed: source.allows(answer, event) };
  }

  test('a signed-in cookie is let through, and says whose it is', async () => {
    const at = new Date('2030-01-02T03:04:05.000Z');
    const instance = start({ now: () => at });
    const { cookie, user, session } = await signUp(instance);

    const { answer, allowed } = await ask(instance, { cookies: ['theme=dark', cookie] });

    expect(allowed).toBe(true);
    expect((answer as { context: unknown }).context).toEqual({
      userId: user.id,
      sessionId: session.id,
      emailVerified: 'false',
      authenticatedAt: at.toISOString(),
      assurance: '1',
      roles: '',
    });
  });

  test('behind a CDN nobody is let through who did not come by it, and the database is not asked', async () => {
    const secrets = ['the-newest-secret-of-the-cdn', 'an-older-secret-of-the-cdn'];
    const { cookie } = await signUp(start());
    const instance = start({ environment: { ORIGIN_SECRET: secrets.join() } });
    const { sent } = watchCommands(instance);
    const cookies = [cookie];

    for (const origin of [undefined, '', 'a-secret-that-was-guessed', secrets.join(), `${secrets[0]}x`])
      expect((await ask(instance, { cookies, ...(origin !== undefined && { origin }) })).allowed).toBe(false);
    expect(sent).toEqual([]);
    for (const origin of secrets) expect((await ask(instance, { cookies, origin })).allowed).toBe(true);
    expect((await ask(instance, { origin: secrets[0]! })).allowed).toBe(false);
    expect(JSON.stringify(instance.log)).not.toMatch(/-of-the-cdn|guessed/);
  });

  test('a token is let through as the cookie is; both at once, and two of them, are denied', async () => {
    const instance = start();
    const ada = tokenClient(instance);
    const { user, session } = (await ada.signUp()).json();
    const { cookie } = await signUp(instance);
    const authorization = `Bearer ${ada.token}`;
    const unkeyed = { keyedBy: null };

    const { answer, allowed } = await ask(instance, { authorization, ...unkeyed });
    expect([allowed, (answer as { context: unknown }).context]).toEqual([
      true,
      expect.objectContaining({ userId: user.id, sessionId: session.id }),
    ]);
    const isAllowed = async (request: AuthorizerRequest) =>
      (await ask(instance, { ...unkeyed, ...request })).allowed;
    expect(await isAllowed({ authorization, cookies: ['theme=dark'] })).toBe(true);
    expect(await isAllowed({ authorization: 'Basic YTpi', cookies: [cookie] })).toBe(true);
    for (const request of [
      { authorization, cookies: [cookie] },
      { authorization, cookies: ['session_auth='] },
      { authorization: 'Bearer', cookies: [cookie] },
      { authorization: [authorization, 'Bearer x'] },
      { authorization: ['Basic YTpi', authorization] },
      { authorization: 'Bearer' },
      { authorization: `Bearer ${ada.token}x` },
      { authorization: `Bearer s:${ada.token}` },
      { authorization: ada.token ?? '' },
      { authorization: `Basic ${ada.token}` },
    ])
      expect.soft(await isAllowed(request), JSON.stringify(request)).toBe(false);
    await ada.post('/auth/sign-out');
    expect(await isAllowed({ authorization })).toBe(false);
  });

  test('a second factor that is waited for is waited for by a token too', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    await withApp(ada, { now: () => new Date() });
    const there = tokenClient(instance, { email: ada.email });
    expect((await there.signIn()).status).toBe(202);

    const { allowed } = await ask(instance, { authorization: `Bearer ${there.token}`, keyedBy: null });

    expect(allowed).toBe(false);
  });

  test('where answers are kept, only what they are kept for may decide', async () => {
    const instance = start();
    const ada = tokenClient(instance);
    await ada.signUp();
    const { cookie } = await signUp(instance);
    const authorization = `Bearer ${ada.token}`;
    const theme = 'theme=dark';
    const basic = 'Basic YTpi';

    for (const [request, allowed] of [
      [{ authorization, keyedBy: authorization }, true],
      [{ cookies: [theme, cookie] }, true],
      // Whoever comes with that cookie next would be let in as she is.
      [{ authorization, cookies: [theme] }, false],
      [{ authorization: basic, cookies: [cookie], keyedBy: basic }, false],
    ] as const)
      expect.soft((await ask(instance, request)).allowed, JSON.stringify(request)).toBe(allowed);
  });

  test('a sign-in that waits for its second factor is denied, and one that has shown it says so', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const { recoveryCodes } = await withApp(ada, { now: () => new Date() });
    const there = ada.elsewhere();
    const asked = () => ask(instance, { cookies: [`session_auth=${there.cookies.get('session_auth')}`] });

    expect((await there.signIn()).status).toBe(202);
    expect((await asked()).allowed).toBe(false);
    await there.auth.post('/auth/second-factor', { recoveryCode: recoveryCodes[0] });

    const { answer, allowed } = await asked();
    expect([allowed, (answer as { context: unknown }).context]).toEqual([
      true,
      expect.objectContaining({ assurance: '2' }),
    ]);
  });

  test('the protected function finds the user, without cookie or database', async () => {
    const instance = start();
    const { cookie, user } = await signUp(instance);
    const { answer } = await ask(instance, { cookies: [cookie] });
    const away = start({ database: { uri: 'mongodb://127.0.0.1:1', name: 'test_away' } });

    const result = await away.handlers.example(source.protectedEvent(answer), testContext());

    expect(result).toMatchObject({ statusCode: 200, body: JSON.stringify({ userId: user.id }) });
  });

  test('every secret verifies, and one that was removed does not', async () => {
    const { cookie } = await signUp(start());
    const newer = 'a newer secret that is also long enough';

    const rotated = start({ environment: { SESSION_SECRETS: `${newer},${testSecret}` } });
    const removed = start({ environment: { SESSION_SECRETS: newer } });

    expect((await ask(rotated, { cookies: [cookie] })).allowed).toBe(true);
    expect((await ask(removed, { cookies: [cookie] })).allowed).toBe(false);
  });

  test('ASVS 7.4.1: a session that was signed out is denied at once', async () => {
    const instance = start();
    const { client, cookie } = await signUp(instance);
    await client.post('/auth/sign-out');

    expect((await ask(instance, { cookies: [cookie] })).allowed).toBe(false);
  });

  test('ASVS 7.3.1: an unused session is denied from its idle limit on, swept or not', async () => {
    let now = new Date('2030-01-01T00:00:00Z');
    const instance = start({ now: () => now, environment: { SESSION_IDLE_SECONDS: '600' } });
    const { cookie } = await signUp(instance);

    now = new Date('2030-01-01T00:09:59Z');
    expect((await ask(instance, { cookies: [cookie] })).allowed).toBe(true);
    now = new Date('2030-01-01T00:10:00Z');
    expect((await ask(instance, { cookies: [cookie] })).allowed).toBe(false);
  });

  test('what no session of somebody stands behind is denied', async () => {
    const instance = start();
    const { value, cookie } = await signUp(instance);
    const id = value.slice(2).split('.')[0] ?? '';
    const named = (content: string) => `session_auth=${encodeURIComponent(content)}`;

    for (const cookies of [
      [],
      ['session_auth='],
      ['session_auth=%'],
      [named(id)],
      [named(`s:${id}`)],
      [named(`s:${id}.${'A'.repeat(43)}`)],
      [named(`s:${sign(id, 'another secret that is long enough')}`)],
      [named(`s:${sign('an-id-that-nobody-has', testSecret)}`)],
      [`__Host-${cookie}`],
      // Somebody planted one of the two.
      [cookie, named(`s:${sign(id, 'another secret that is long enough')}`)],
      [cookie, `filler=${'x'.repeat(9000)}`],
    ])
      expect.soft((await ask(instance, { cookies })).allowed, JSON.stringify(cookies)).toBe(false);
  });

  test('one read of the sessions, no write; none at all for a cookie that we did not sign', async () => {
    const { cookie } = await signUp(start());
    const now = () => new Date(Date.now() + 7200_000);
    const instance = start({ now, mongoOptions: { monitorCommands: true } });
    const watch = watchCommands(instance);

    await ask(instance, { cookies: [`session_auth=s%3A${'A'.repeat(43)}.${'A'.repeat(43)}`] });
    expect(watch.names()).toEqual([]);
    await ask(instance, { cookies: [cookie] });
    expect(watch.names()).toEqual(['sessions.aggregate']);
  });

  test('without a database it denies in time, and lets through once there is one', async () => {
    const { cookie } = await signUp(start());
    const away = start({ database: { uri: 'mongodb://127.0.0.1:1', name: 'test_away' } });
    const elapsed = stopwatch();

    expect((await ask(away, { cookies: [cookie] })).allowed).toBe(false);
    expect(elapsed()).toBeLessThan(5000);
    expect((await ask(start(), { cookies: [cookie] })).allowed).toBe(true);
  });
});

describe('the policy', () => {
  const rest = authorizerSources.find(({ name }) => name === 'REST API')!;

  test('holds for every method of the stage, so that a cached answer is right for the next call', async () => {
    const instance = start();
    const { cookie, user } = await signUp(instance);

    const answer = await instance.handlers.authorizer(rest.event({ cookies: [cookie] }), testContext());

    const arn = 'arn:aws:execute-api:us-east-1:123456789012:abcdef123/prod';
    expect(answer).toMatchObject({ principalId: user.id });
    expect(policyAllows(answer, `${arn}/DELETE/things/1`)).toBe(true);
    expect(policyAllows(answer, `${arn}/GET/`)).toBe(true);
    expect(policyAllows(answer, `${arn.replace('prod', 'test')}/GET/example`)).toBe(false);
    expect(policyAllows(answer, `${arn.replace('abcdef123', 'other')}/GET/example`)).toBe(false);
  });

  test('denies with no user in it', async () => {
    const answer = await start().handlers.authorizer(rest.event({}), testContext());

    expect(answer).toEqual({
      principalId: 'nobody',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Deny',
            Resource: 'arn:aws:execute-api:us-east-1:123456789012:abcdef123/prod/*/*',
          },
        ],
      },
    });
  });
});

describe('whatever comes', () => {
  const denied = (answer: unknown) => {
    const { isAuthorized, policyDocument } = answer as {
      isAuthorized?: boolean;
      policyDocument?: { Statement: { Effect: string }[] };
    };
    return (
      isAuthorized !== true && (policyDocument?.Statement ?? []).every(({ Effect }) => Effect === 'Deny')
    );
  };

  test('an event that is none of an authorizer is denied, in both forms', async () => {
    const { handlers } = start();

    for (const event of [null, undefined, 'text', 7, [], {}, { Records: [] }, { type: 'TOKEN' }])
      expect.soft(await handlers.authorizer(event, testContext())).toMatchObject({
        isAuthorized: false,
        principalId: 'nobody',
        policyDocument: { Statement: [{ Effect: 'Deny' }] },
      });
  });

  test('nothing makes it throw', async () => {
    const { handlers } = start({ database: { uri: 'mongodb://127.0.0.1:1', name: 'test_away' } });
    const field = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.constant('2.0'),
      fc.dictionary(fc.string(), fc.string()),
    );
    const events = fc.oneof(
      fc.anything(),
      fc.record(
        {
          version: field,
          type: field,
          methodArn: field,
          headers: field,
          multiValueHeaders: field,
          cookies: field,
          requestContext: field,
        },
        { requiredKeys: [] },
      ),
      fc
        .tuple(fc.constantFrom(...authorizerSources), fc.array(fc.string()))
        .map(([source, cookies]) => source.event({ cookies })),
    );

    await fc.assert(
      fc.asyncProperty(events, async (event) => denied(await handlers.authorizer(event, testContext()))),
      { numRuns: 2000 },
    );
  });

  test('a database that never answers is not waited for', async () => {
    const { cookie } = await signUp(start());
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((ready) => silent.once('listening', ready));
    const { port } = silent.address() as { port: number };
    const instance = start({ database: { uri: `mongodb://127.0.0.1:${port}`, name: 'test_silent' } });
    const elapsed = stopwatch();

    const event = authorizerSources[0]!.event({ cookies: [cookie] });
    expect(await instance.handlers.authorizer(event, testContext())).toEqual({ isAuthorized: false });

    expect(elapsed()).toBeLessThan(5000);
    silent.close();
  });

  test('a reader that never answers is not waited for either', async () => {
    const { services } = start();
    const handler = authorizerHandler({
      log: services.log,
      readSession: () => new Promise(() => undefined),
      answerWithinMs: 20,
    });

    expect(await handler(authorizerSources[0]!.event({}), testContext())).toEqual({ isAuthorized: false });
  });

  test('neither cookie nor session id reaches the log', async () => {
    const instance = start();
    const { cookie, value } = await signUp(instance);
    instance.log.length = 0;

    for (const source of authorizerSources)
      await instance.handlers.authorizer(source.event({ cookies: [cookie] }), testContext());

    const printed = JSON.stringify(instance.log);
    expect(instance.log.map(({ message }) => message)).toEqual(['authorizer', 'authorizer', 'authorizer']);
    expect(printed).not.toContain(value.slice(2, 40));
    expect(printed).not.toContain(encodeURIComponent(value).slice(2, 40));
  });
});

describe('the bundle', () => {
  test('is at most 900 kB and carries no web framework', async () => {
    const outDir = await mkdtemp(join(tmpdir(), 'authorizer-'));
    const handlersDir = resolve(import.meta.dirname, '../..', 'handlers');
    const bundles = await buildHandlers({ handlersDir, outDir });
    const { bytes, file } = bundles.find(({ name }) => name === 'authorizer')!;
    const map = JSON.parse(await readFile(`${file}.map`, 'utf8')) as { sources: string[] };
    await rm(outDir, { recursive: true });

    expect(bytes).toBeLessThanOrEqual(900_000);
    expect(
      map.sources.filter((source) => /node_modules\/(express|express-session|connect-mongo)\//.test(source)),
    ).toEqual([]);
    expect(map.sources.some((source) => source.includes('node_modules/mongodb/'))).toBe(true);
  });
});
