import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { StoreKind } from '../../lib/base/config.ts';
import { prepareStore } from '../../lib/store/prepare.ts';
import { change, confirmed, userOf, verify } from '../support/addresses.ts';
import { type CopyDatabase, copyDatabases, runDbCopy } from '../support/copying.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import { logoutToken, tell } from '../support/logout-tokens.ts';
import { type LyingProvider, startLyingProvider } from '../support/lying-provider.ts';
import { mailsTo, tokenTo } from '../support/mail.ts';
import { enterByPasskey, withPasskey } from '../support/passkey.ts';
import { newAddress, type Person, person, signedUp } from '../support/person.ts';
import { postgresServer } from '../support/postgres-server.ts';
import { providerPerson, signInBy } from '../support/provider-visits.ts';
import { actingApp, browser } from '../support/session-app.ts';
import { sessionData } from '../support/session-routes.ts';
import { withApp } from '../support/totp.ts';

const { create, end } = copyDatabases();
const running: Instance[] = [];
const start = (database: CopyDatabase, environment: NodeJS.ProcessEnv = {}): Instance => {
  const instance = startInstance({ database, environment });
  running.push(instance);
  return instance;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.end()));
});
afterAll(end);

let acme: LyingProvider;
beforeAll(async () => {
  acme = await startLyingProvider();
  acme.lies = { claims: { sid: 'a session there' } };
});
afterAll(() => acme.close());

const postgres = await postgresServer();
const serverOf = (kind: StoreKind) => (kind === 'postgres' && 'url' in postgres ? postgres.url : '');

/** The same browser in front of an instance of another store. */
const inFrontOf = (instance: Instance, someone: Person) =>
  someone.elsewhere({ instance, cookies: someone.cookies });

/** All that is stored about somebody, but for when that was asked. */
async function exportOf({ account }: Person): Promise<object> {
  const { exportedAt: _exportedAt, ...stored } = (await account.get('/account/export')).json();
  return stored;
}

const limited = { RATE_LIMIT_FACTOR: '1' };
const closed = { REQUIRE_VERIFIED_EMAIL: 'true' };
const somewhere = { ip: '198.51.100.9' };

/** People in every state that a move must keep. */
async function live(database: CopyDatabase) {
  const instance = start(database);
  const ada = await signedUp({ instance });
  await confirmed(instance, ada);
  const bob = await signedUp({ instance });
  const newEmail = newAddress('bob.new');
  expect((await change(bob, newEmail)).status).toBe(202);
  const pending = await tokenTo(instance, newEmail, '/verify-email');
  const carl = await signedUp({ instance: start(database, limited), ...somewhere });
  for (let tries = 0; tries < 5; tries += 1) await carl.elsewhere().signIn('a wrong password');
  expect((await carl.elsewhere().signIn()).status).toBe(429);
  const dora = await signedUp({ instance });
  // The browser keeps the cookie.
  const cookies = dora.cookies.all();
  expect((await dora.auth.post('/auth/sign-out')).status).toBe(204);
  for (const [name, value] of Object.entries(cookies)) dora.cookies.set(name, value);
  const waiting = person({ instance: start(database, closed) });
  expect((await waiting.signUp()).status).toBe(202);
  const signUp = await tokenTo(instance, waiting.email, '/verify-email');
  const gil = await signedUp({ instance });
  const { recoveryCodes } = await withApp(gil, { now: () => new Date() });
  const key = await withPasskey(gil);
  const halfIn = gil.elsewhere();
  expect((await halfIn.signIn()).status).toBe(202);
  const factors = { gil, recoveryCode: recoveryCodes[0], key, halfIn };
  const ivy = person({ instance: start(database, acme.environment()) });
  await signInBy(ivy, acme, providerPerson('ivy'));
  return { instance, ada, bob, newEmail, pending, carl, dora, waiting, signUp, factors, ivy };
}

/** Keys that stores treat in ways of their own, and values beside JSON's. */
const data = {
  cart: { '10': 'ten', b: [1, 2.5, null, { 'dotted.$key': '\0 of a visitor' }], a: 'ä 🕊' },
  seenAt: new Date(1_700_000_000_123),
  'quoted "key"': /gull/i,
};

const pairs: [StoreKind, StoreKind][] = [
  ['mongodb', 'sqlite'],
  ['sqlite', 'mongodb'],
  ['mongodb', 'mongodb'],
  ['sqlite', 'sqlite'],
  ['mongodb', 'postgres'],
  ['postgres', 'mongodb'],
  ['sqlite', 'postgres'],
];

describe.each(pairs)('npm run db:copy from %s to %s', (fromKind, toKind) => {
  test('nobody notices the move: sessions, links, locks and mails are as they were', async ({ skip }) => {
    if ([fromKind, toKind].includes('postgres') && 'whyNot' in postgres) skip(postgres.whyNot);
    const [from, to] = [await create(fromKind, serverOf(fromKind)), await create(toKind, serverOf(toKind))];
    const { instance, ada, bob, newEmail, pending, carl, dora, waiting, signUp, ...more } = await live(from);
    const { factors, ivy } = more;
    const app = actingApp(instance);
    const shopper = browser(app.handler, ada.auth);
    await app.act(shopper, (req) => void Object.assign(sessionData(req), data));
    const before = await exportOf(ada);
    const mails = await mailsTo(instance, newEmail);

    const copied = await runDbCopy(['--from', from.address, `--to=${to.address}`]);

    expect(copied.output).toMatch(/\ndb:copy: complete: .*STORE=\w+ and the same SESSION_SECRETS\n$/);
    expect(copied.output).toMatch(/^users +6 +6 +0 +0$/m);
    expect(copied.code).toBe(0);

    const moved = start(to);
    expect(await inFrontOf(moved, ada).status()).toBe(200);
    expect(await exportOf(inFrontOf(moved, ada))).toEqual(before);
    let kept: unknown;
    const movedApp = actingApp(moved);
    await movedApp.act(browser(movedApp.handler, ada.auth), (req) => {
      const { cookie: _cookie, signedIn: _signedIn, ...rest } = sessionData(req);
      kept = rest;
    });
    expect(kept).toEqual(data);
    expect(await mailsTo(moved, newEmail)).toEqual(mails);
    expect((await ada.elsewhere({ instance: moved }).signIn()).status).toBe(200);

    expect((await verify(person({ instance: moved }), pending)).status).toBe(204);
    expect((await userOf(inFrontOf(moved, bob))).email).toBe(newEmail);
    const strict = start(to, limited);
    expect((await carl.elsewhere({ instance: strict }).signIn()).status).toBe(429);
    expect((await carl.elsewhere({ instance: strict, ip: '198.51.100.10' }).signIn()).status).toBe(200);
    expect(await inFrontOf(moved, dora).status()).toBe(401);
    const { gil, recoveryCode, key, halfIn } = factors;
    const second = await inFrontOf(moved, halfIn).auth.post('/auth/second-factor', { recoveryCode });
    expect(second.status, second.body).toBe(200);
    expect((await enterByPasskey(gil.elsewhere({ instance: moved }), key)).status).toBe(200);
    const byProvider = inFrontOf(start(to, acme.environment()), ivy);
    expect(await byProvider.status()).toBe(200);
    await tell(byProvider, await logoutToken(acme, { sid: 'a session there' }));
    expect(await byProvider.status()).toBe(401);
    const late = person({ instance: start(to, closed) });
    expect(
      (await late.auth.post('/auth/email/verify', { token: signUp, password: waiting.password })).status,
    ).toBe(204);
    expect((await waiting.elsewhere({ instance: moved }).signIn()).status).toBe(200);
  });
});

test('npm run db:copy takes another name for the sessions of each side', async () => {
  const from = await create('mongodb', '', { prepared: false });
  const to = await create('sqlite', '', { prepared: false });
  const [dotted, word] = ['my.sessions', 'order'];
  for (const [side, name] of [
    [from, dotted],
    [to, word],
  ] as const)
    await prepareStore({ ...side.config, sessionCollection: name });
  const someone = await signedUp({ instance: start(from, { SESSION_COLLECTION: dotted }) });
  const args = ['--from', from.address, '--to', to.address];
  const names = [`--from-sessions=${dotted}`, '--to-sessions', word];

  await refused(args, /--to-sessions: a table of its own/, { SESSION_COLLECTION: dotted });
  await refused([...args, ...names.slice(0, 1)], /not prepared\. Prepare it: STORE=sqlite DATABASE_URL=/);
  const copied = await runDbCopy([...args, ...names]);

  expect(copied.output).toMatch(/^sessions +1 +1 +0 +0$/m);
  expect(copied.output).toMatch(/complete: .*STORE=sqlite SESSION_COLLECTION=order and the same/);
  const moved = start(to, { SESSION_COLLECTION: word });
  expect(await inFrontOf(moved, someone).status()).toBe(200);
});

test('npm run db:copy may be killed or stopped by Ctrl-C, and goes on', async () => {
  const [from, to] = [await create('sqlite'), await create('sqlite')];
  const source = from.side();
  const expires = new Date(Date.now() + 3_600_000);
  const times = { createdAt: new Date(), lastSeenAt: new Date(), expires };
  for (let at = 0; at < 20_000; at += 500)
    await source.insert(
      'sessions',
      Array.from({ length: 500 }, (_, each) => ({ id: `s${at + each}`, ...times, fields: new Map() })),
    );
  const args = ['--from', from.address, '--to', to.address];

  const killed = await runDbCopy(args, {}, { name: 'SIGKILL', after: 'copying users' });
  const stopped = await runDbCopy(args, {}, { name: 'SIGINT', after: 'copying users' });
  const completed = await runDbCopy(args);

  expect(killed.code).toBeNull();
  expect(stopped.output).toMatch(
    /\ndb:copy: stopped\. What was copied stays\. Run the same command again: it goes on/,
  );
  expect(stopped.code).toBe(1);
  expect(completed.output).toMatch(/^sessions +20,000 +20,000 +0 +0$/m);
  expect(completed.code).toBe(0);
});

const secret = 'very-secret-password';
const outOfReach = {
  mongodb: `mongodb://someone:${secret}@127.0.0.1:9/app?serverSelectionTimeoutMS=300`,
  postgres: `postgres://someone:${secret}@127.0.0.1:9/app`,
  mysql: `mysql://someone:${secret}@127.0.0.1:9/app`,
};

/** In plain words: with neither a stack nor a password. */
async function refused(args: string[], what: RegExp, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const { code, output } = await runDbCopy(args, env);
  expect(output).toMatch(what);
  expect(output).not.toContain(secret);
  expect(output).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
}

describe('npm run db:copy refuses', () => {
  test('to run without both addresses, and shows how', async () => {
    await refused([], /^Copy users, .*\n {2}npm run db:copy -- --from .* --to /);
    await refused(['--from', outOfReach.postgres], /^Copy users, /);
  });

  test.each([
    [`${secret}@nowhere`, /^--from: begins with none of mongodb:, /],
    [`redis://a:${secret}@b`, /^--from: begins with none of mongodb:, /],
    [`mongodb:${secret}`, /--from: a MongoDB connection string/],
    [`postgres:/${secret}`, /--from: needed for STORE=postgres: postgres:\/\/user/],
    [`mongodb://someone:${secret}@h/admin`, /--from names a database that is no application’s/],
    [`sqlite:/nowhere/${secret}`, /^--from: there is no such file\. Prepare it: STORE=sqlite /],
  ])('an address that is none: %s', async (address, what) => {
    await refused(['--from', address, '--to', outOfReach.mysql], what);
  });

  test.each(Object.entries(outOfReach))(
    '%s out of reach, and says on which side',
    async (_store, address) => {
      const database = await create('sqlite');

      await refused(
        ['--from', address, '--to', database.address],
        /^db:copy: the database of --from failed \(\w+\)\./,
      );
      await refused([], /^db:copy: the database of --to failed \(\w+\)\./, {
        COPY_FROM: database.address,
        COPY_TO: address,
      });
    },
  );

  test('one and the same database, however it is written', async () => {
    const { address } = await create('sqlite');
    const asFolder = address.replace('/copy-', '/./copy-');

    await refused(['--from', address, '--to', asFolder], /^--from and --to are the same database/);
    await refused(
      ['--from', address, '--to', address, '--to-sessions', 'others'],
      /^--from and --to are the same database/,
    );
    await refused(
      ['--from', 'postgres://a:b@Host/app', '--to', `postgresql://c:${secret}@host:5432/app?sslmode=require`],
      /^--from and --to are the same database/,
    );
    await refused(
      ['--from', 'mongodb://b,a:27017/app', '--to', `mongodb://c:${secret}@a,b:27017/app?w=1`],
      /^--from and --to are the same database/,
    );
  });

  test.each(['sqlite', 'mongodb'] as const)('a %s that is not prepared, and says how it is', async (kind) => {
    const from = await create('mongodb');
    const to = await create(kind, '', { prepared: false });
    if (kind === 'sqlite') await to.side().readMark();

    await refused(
      ['--from', from.address, '--to', to.address],
      new RegExp(
        `^The database of --to is not prepared\\. Prepare it: STORE=${kind} \\w+=\\.\\.\\. npm run db:prepare`,
      ),
    );
  });

  test('a target with others in it, and touches none of them', async () => {
    const [from, to] = [await create('sqlite'), await create('mongodb')];
    await signedUp({ instance: start(from) });
    const there = await signedUp({ instance: start(to) });

    await refused(['--from', from.address, '--to', to.address], /^The database of --to is not empty/);
    expect(await there.status()).toBe(200);
  });

  test('a second copy once the first is complete', async () => {
    const [from, to] = [await create('sqlite'), await create('sqlite')];
    await signedUp({ instance: start(from) });
    const args = ['--from', from.address, '--to', to.address];
    expect((await runDbCopy(args)).code).toBe(0);
    const late = await signedUp({ instance: start(to) });

    await refused(args, /^The database of --to is not empty/);
    expect(await late.status()).toBe(200);
  });
});
