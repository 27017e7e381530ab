import { describe, expect, test, vi } from 'vitest';
import { browser, whoIs } from '../../support/session-app.ts';
import { sessionInstances, times } from '../../support/session-instances.ts';
import { type StockInstance, stockCases } from '../../support/stock/cases.ts';
import { takeUnhandledRejections } from '../../support/unhandled-rejections.ts';

/** Guarantees 5 and 6, and beside them the same on express-session and its stores as they come. */

const { start } = sessionInstances('session_commands');
const { onStock, onConnectMongo, onConnectKnex, afterStock } = stockCases('session_commands');

describe('5. a signed-in request costs one read of the sessions and no write', () => {
  test('ten signed-in requests, one after the other: ten reads of the sessions, not one write', async () => {
    const { handler, commands } = start();
    const client = browser(handler);
    await client.post('/enter');
    commands.clear();

    for (const _ of times(10, () => null)) await client.get('/who');

    expect(commands.names()).toEqual(times(10, () => 'sessions.aggregate'));
  });

  test('fifty at once: a read each, and not one write', async () => {
    const { handler, commands } = start();
    const clients = await Promise.all(
      times(50, async () => {
        const client = browser(handler);
        await client.post('/enter');
        return client;
      }),
    );
    commands.clear();

    const seen = await Promise.all(clients.map((client) => whoIs(client)));

    expect(new Set(seen).size).toBe(50);
    expect(commands.names()).toEqual(times(50, () => 'sessions.aggregate'));
  });

  test('GET /auth/session costs one read of session and user', async () => {
    const { handler, commands } = start();
    const client = browser(handler);
    await client.post('/enter');
    commands.clear();

    for (const _ of times(20, () => null)) await client.get('/auth/session');
    await Promise.all(times(20, () => client.get('/auth/session')));

    expect(commands.names()).toEqual(times(40, () => 'sessions.aggregate'));
  });

  test('twenty requests at once write down that the session is in use once, when that is due', async () => {
    let now = Date.now();
    const options = {
      now: () => {
        now += 1;
        return new Date(now);
      },
    };
    const instances = times(2, () => start(undefined, options));
    const client = browser(instances[0]!.handler);
    await client.post('/enter');
    const ask = () => Promise.all(times(20, (at) => browser(instances[at % 2]!.handler, client).get('/who')));
    for (const { commands } of instances) commands.clear();

    now += 3_600_000;
    await ask();

    const written = instances.map(({ commands }) => commands.written('sessions'));
    expect(written[0]! + written[1]!).toBe(1);
    for (const { commands } of instances) commands.clear();
    now += 3_599_000;
    await ask();
    expect(instances.flatMap(({ commands }) => commands.writes())).toEqual([]);
  });

  onStock('every request writes', async (stock) => {
    const { handler, sent, forget } = await stock.start();
    const client = browser(handler);
    await client.post('/enter');
    forget();

    await Promise.all(times(20, () => client.get('/who')));

    expect(sent()).toMatchObject({ reads: 20, writes: 20 });
  });

  onConnectKnex(
    'where the cookie has no age no request writes, and the session ends a day after its last change, in use or not',
    async (stock) => {
      const { handler, sent, forget } = await stock.start({ cookie: {} });
      await stock.deleteSessions();
      const client = browser(handler);
      await client.post('/enter');
      const [before] = await stock.sessions();
      forget();

      await Promise.all(times(20, () => client.get('/who')));

      expect(sent()).toMatchObject({ reads: 20, writes: 0 });
      expect(await stock.sessions()).toEqual([before]);
      expect(before!.expires.getTime()).toBeLessThanOrEqual(Date.now() + 86_400_000);
    },
  );
});

describe('6. no request creates an index; a cold start sends what its request needs', () => {
  test('ten cold starts at once send one read of the sessions each, and nothing else', async () => {
    const first = start();
    const client = browser(first.handler);
    const { user } = (await client.post('/enter')).json();

    const cold = times(10, () => start());
    expect(cold.flatMap(({ commands }) => commands.names())).toEqual([]);
    const seen = await Promise.all(cold.map(({ handler }) => whoIs(browser(handler, client))));

    expect(seen).toEqual(times(10, () => user));
    for (const { commands } of cold) expect(commands.names()).toEqual(['sessions.aggregate']);
  });

  test('a cold start whose request needs no database sends nothing and connects to nothing', async () => {
    const { handler, commands, mongo } = start();
    let connections = 0;
    mongo.client().on('connectionCreated', () => {
      connections += 1;
    });

    const answers = await Promise.all(times(10, () => browser(handler).get('/data')));

    for (const answer of answers) expect(answer.json()).toEqual({});
    expect(commands.names()).toEqual([]);
    expect(connections).toBe(0);
  });

  test('signing up, in and out and every change of a session create no index', async () => {
    const { handler, commands } = start();
    const client = browser(handler);
    const account = { email: `${crypto.randomUUID()}@example.com`, password: 'correct horse battery staple' };

    await client.post('/auth/sign-up', account);
    await client.post('/count/visits');
    await client.post('/auth/sign-out');
    await client.post('/auth/sign-in', account);

    expect(commands.names().filter((name) => /create|drop/i.test(name))).toEqual([]);
  });

  onConnectMongo('every cold start creates an index', async (stock) => {
    const cold = await Promise.all(times(5, () => stock.start()));

    for (const { sent } of cold) expect(sent().creates).toBe(1);
  });

  onConnectKnex('every cold start looks for the table, and clears what is over', async (stock) => {
    await stock.start();

    const cold = await Promise.all(times(5, () => stock.start()));

    for (const { sent } of cold)
      expect(sent()).toEqual({ looks: 1, creates: 0, reads: 0, writes: 0, clears: 1 });
  });

  onConnectKnex('where there is no table, the first request waits until it is created', async (stock) => {
    await stock.empty();
    const { handler, sent, ready } = stock.begin();

    const { status } = await browser(handler).post('/count/visits');
    await ready();

    expect(status).toBe(200);
    expect(sent()).toEqual({ looks: 1, creates: 2, reads: 0, writes: 1, clears: 1 });
  });

  onConnectKnex(
    'of ten cold starts at once where there is no table, some fail to create it: the process ends, or stores nothing',
    async (stock) => {
      await stock.empty();
      const unhandled = takeUnhandledRejections();
      afterStock(unhandled.end);

      const way = await stock.way();
      // So long that all have looked before the first creates it.
      way.delay(200);

      const cold = times(10, () => stock.begin({ where: way.where }));
      const isReady = ({ sent }: StockInstance) => sent().clears > 0;
      await vi.waitFor(
        () => expect(cold.filter(isReady).length + unhandled.errors.length).toBe(cold.length),
        30_000,
      );

      way.delay(0);
      const failed = cold.filter((each) => !isReady(each));
      expect(failed.length).toBeGreaterThan(0);
      for (const { handler } of failed) {
        const client = browser(handler);
        expect(await client.post('/count/visits')).toMatchObject({
          status: 200,
          cookies: [expect.any(String)],
        });
        expect((await client.get('/data', { expect5xx: true })).status).toBe(500);
      }
    },
  );

  onConnectKnex('every process clears on a timer of its own, asked or not', async (stock) => {
    const instances = await Promise.all(times(3, () => stock.start({ cleanupInterval: 50 })));

    await vi.waitFor(() => {
      for (const { sent } of instances) expect(sent().clears).toBeGreaterThan(2);
    }, 30_000);
  });
});
