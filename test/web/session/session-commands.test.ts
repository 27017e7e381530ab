import { describe, expect, test } from 'vitest';
import { browser, whoIs } from '../../support/session-app.ts';
import { sessionInstances, times } from '../../support/session-instances.ts';

/** Guarantees 5 and 6, and beside them the same on express-session and connect-mongo as they come. */

const { start, startStock } = sessionInstances('session_commands');

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

  test('stock: every request writes', async () => {
    const { handler, commands } = await startStock();
    const client = browser(handler);
    await client.post('/enter');
    commands.clear();

    await Promise.all(times(20, () => client.get('/who')));

    expect(commands.of('sessions', 'find')).toHaveLength(20);
    expect(commands.writes('sessions')).toHaveLength(20);
  });
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

  test('stock: every cold start creates an index', async () => {
    const cold = await Promise.all(times(5, () => startStock()));

    for (const { commands } of cold) expect(commands.of('sessions', 'createIndexes')).toHaveLength(1);
  });
});
