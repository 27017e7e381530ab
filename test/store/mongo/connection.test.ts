import { afterAll, describe, expect, it } from 'vitest';
import { newRequestContext, runInRequest } from '../../../lib/base/request.ts';
import { currentBudget } from '../../../lib/store/budget.ts';
import { mongoDatabase } from '../../support/database.ts';
import { createClient, eventSources } from '../../support/events.ts';
import {
  expectUnavailable,
  mayFail,
  newAccount,
  newIp,
  scenesOf,
  source,
  timed,
} from '../../support/outages.ts';

const { scene, signUp, database, end } = await scenesOf('connection', mongoDatabase('connection'));
const { account, cookies } = await signUp();
afterAll(end);

describe.concurrent('a cold start', () => {
  it('opens no connection before the first need of one', async ({ onTestFinished }) => {
    const { handlers, proxy } = await scene(onTestFinished);

    const live = await createClient(handlers.health, source).get('/health/live');
    const session = await createClient(handlers.auth, source).get('/auth/session');
    const signOut = await createClient(handlers.auth, source).post('/auth/sign-out');
    const before = proxy.made();
    const ready = await createClient(handlers.health, source).get('/health/ready');

    expect([live.status, session.status, signOut.status]).toEqual([200, 401, 204]);
    expect(before).toBe(0);
    expect(ready.status).toBe(200);
    expect(proxy.made()).toBeGreaterThan(0);
  });

  it('while the database is away answers 503 within 5 seconds, and works once it is there', async ({
    onTestFinished,
  }) => {
    const { another, proxy } = await scene(onTestFinished);
    await proxy.down();
    const clients = eventSources.map((each) => createClient(another().handlers.auth, each, { ip: newIp() }));

    const away = await Promise.all(
      clients.map((client) => timed(client.post('/auth/sign-up', newAccount(), mayFail))),
    );
    await proxy.up();
    const back = await Promise.all(clients.map((client) => client.get('/auth/session', { cookies })));

    for (const { result, milliseconds } of away) {
      expectUnavailable(result);
      expect(milliseconds).toBeLessThan(5000);
    }
    expect(back.map(({ status }) => status)).toEqual(eventSources.map(() => 200));
  });

  it('in which the server accepts and never answers ends with the first answer', async ({
    onTestFinished,
  }) => {
    const { handlers, proxy } = await scene(onTestFinished);
    proxy.pause();
    const client = createClient(handlers.auth, source, { ip: newIp() });

    const { result, milliseconds } = await timed(client.post('/auth/sign-up', newAccount(), mayFail));
    proxy.resume();
    const next = await client.post('/auth/sign-up', newAccount());

    expectUnavailable(result);
    expect(milliseconds).toBeLessThan(5000);
    expect(next.status).toBe(201);
  });

  it('answers 503 where the name of the cluster is not to be found', async ({ onTestFinished }) => {
    const nowhere = { uri: 'mongodb+srv://user:secret@database.invalid/', name: database.name };
    const { handlers } = await scene(onTestFinished, { database: nowhere });

    const { result, milliseconds } = await timed(
      createClient(handlers.health, source).get('/health/ready', mayFail),
    );

    expectUnavailable(result);
    expect(milliseconds).toBeLessThan(5000);
  });
});

describe('a command', () => {
  it('goes to the primary, and is sent again by nobody but us, whatever the connection string says', async ({
    onTestFinished,
  }) => {
    const uri = 'mongodb://127.0.0.1:1/?readPreference=secondary&retryReads=true&retryWrites=true';

    const { mongo } = await scene(onTestFinished, { database: { uri, name: database.name } });

    const { readPreference, retryReads, retryWrites } = mongo.client().options;
    expect([readPreference.mode, retryReads, retryWrites]).toEqual(['primary', false, false]);
  });

  it('tells the server how long it may take: no longer than its request has for the database', async ({
    onTestFinished,
  }) => {
    const { handlers, mongo } = await scene(onTestFinished, { mongoOptions: { monitorCommands: true } });
    const limits: [command: string, maxTimeMS: unknown][] = [];
    mongo.client().on('commandStarted', ({ commandName, command }) => {
      limits.push([commandName, command.maxTimeMS]);
    });
    const client = createClient(handlers.auth, source, { ip: newIp() });
    const account = newAccount();

    await client.post('/auth/sign-up', account);
    await client.get('/auth/session');
    await client.post('/auth/sign-in', account);
    await client.post('/auth/sign-out');

    expect(new Set(limits.map(([name]) => name))).toEqual(
      new Set(['listIndexes', 'aggregate', 'find', 'insert', 'update', 'delete', 'findAndModify']),
    );
    for (const [, maxTimeMS] of limits) {
      expect(maxTimeMS).toBeGreaterThan(0);
      expect(maxTimeMS).toBeLessThanOrEqual(4000);
    }
  });
});

describe('a request that has used up its time for the database', () => {
  it('sends nothing more, and leaves the client as it is', async ({ onTestFinished }) => {
    const { handlers, mongo } = await scene(onTestFinished);
    await createClient(handlers.health, source).get('/health/ready');
    const client = mongo.client();
    const request = newRequestContext('late');
    await new Promise((resolve) => setTimeout(resolve, 100));

    const late = runInRequest(request, () => {
      currentBudget().spendMs(3950);
      return mongo.run((db) => db.command({ ping: 1 }));
    });

    await expect(late).rejects.toMatchObject({ status: 503, code: 'unavailable' });
    expect(request.databaseRoundTrips).toBe(0);
    expect(mongo.client()).toBe(client);
  });
});

describe.concurrent('an outage', () => {
  it('takes readiness away and leaves the function alive', async ({ onTestFinished }) => {
    const { handlers, proxy } = await scene(onTestFinished);
    const client = createClient(handlers.health, source);
    await client.get('/health/ready');

    await proxy.down();
    const live = await client.get('/health/live');
    const ready = await timed(client.get('/health/ready', mayFail));
    await proxy.up();
    const again = await client.get('/health/ready');

    expect(live.status).toBe(200);
    expectUnavailable(ready.result);
    expect(ready.milliseconds).toBeLessThan(5000);
    expect(again.status).toBe(200);
  });

  it('is not remembered, however many requests it failed, at once and one after the other', async ({
    onTestFinished,
  }) => {
    const { handlers, proxy } = await scene(onTestFinished);
    await proxy.down();
    const client = createClient(handlers.health, source);

    const away = await Promise.all([1, 2, 3].map(() => client.get('/health/ready', mayFail)));
    const again = await client.get('/health/ready', mayFail);
    await proxy.up();
    const back = await timed(client.get('/health/ready'));

    expect([...away, again].map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect(back.result.status).toBe(200);
  });

  it.for(['accepted and never answered', 'refused'])(
    'in which connections are %s ends with the database: the next request works',
    async (how, { onTestFinished }) => {
      const { handlers, proxy } = await scene(onTestFinished);
      const client = createClient(handlers.auth, source);
      await client.get('/auth/session', { cookies });

      if (how === 'refused') await proxy.down();
      else proxy.pause();
      const answers = await Promise.all([
        timed(client.get('/auth/session', { cookies, ...mayFail })),
        timed(client.post('/auth/sign-in', account, mayFail)),
      ]);
      if (how === 'refused') await proxy.up();
      else proxy.resume();
      const next = await client.get('/auth/session', { cookies });

      for (const { result, milliseconds } of answers) {
        expectUnavailable(result);
        expect(milliseconds).toBeLessThan(5000);
      }
      expect(next.status).toBe(200);
    },
  );
});

describe.concurrent('a slow database', () => {
  it('of 300 milliseconds an answer is waited for', async ({ onTestFinished }) => {
    const { handlers, proxy } = await scene(onTestFinished);
    proxy.delay(300);
    const client = createClient(handlers.auth, source, { ip: newIp() });
    const eve = newAccount();

    const answers = [
      await createClient(handlers.health, source).get('/health/ready'),
      await client.post('/auth/sign-up', eve),
      await client.get('/auth/session'),
      await client.post('/auth/sign-in', eve),
      await client.post('/auth/sign-out'),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 201, 200, 200, 204]);
  });

  it('in which every command stalls is given up within 5 seconds, and works when it is well', async ({
    onTestFinished,
  }) => {
    const { handlers, proxy } = await scene(onTestFinished);
    const client = createClient(handlers.auth, source, { ip: newIp() });
    await createClient(handlers.health, source).get('/health/ready');

    proxy.delay(1500);
    const { result, milliseconds } = await timed(client.post('/auth/sign-up', newAccount(), mayFail));
    proxy.delay(0);
    const next = await client.post('/auth/sign-up', newAccount());

    expectUnavailable(result);
    expect(milliseconds).toBeLessThan(5000);
    expect(next.status).toBe(201);
  });
});
