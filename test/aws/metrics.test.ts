import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tallies } from '../../lib/base/tallies.ts';
import { authorizerSources } from '../support/authorizer-events.ts';
import { createClient, eventSources, testContext } from '../support/events.ts';
import type { Instance } from '../support/instance.ts';
import { testInstances } from '../support/instances.ts';
import { linesWithMetrics, sumsOf, valuesIn } from '../support/metrics.ts';
import { newIp, source } from '../support/outages.ts';
import { newAddress, otherPassword, person, signedUp } from '../support/person.ts';

const { database, start } = testInstances('metrics');
const environment = { METRICS: 'routes' };
const forgot = '/auth/password/forgot';

/** The one line of the last request, and what CloudWatch reads out of it. */
function lastOf({ log }: Instance) {
  const line = linesWithMetrics(log).at(-1);
  if (!line) throw new Error('no line carries metrics');
  return { line, values: valuesIn(line) };
}

describe.each(eventSources)('a request from $name', (from) => {
  test('is one line, which CloudWatch reads: requests by route and status, latency, database, cold start', async () => {
    const instance = start({ environment });
    const client = createClient(instance.handlers.sessions, from);
    await client.get('/sessions?secret=in-a-query');
    await client.delete('/sessions/an-id-in-a-path');

    const lines = linesWithMetrics(instance.log);
    const [first, second] = lines.map(valuesIn);

    expect(lines).toHaveLength(2);
    const named = (name: string, dimensions: object, value: unknown = expect.any(Number)) => ({
      namespace: 'session-auth/test',
      name,
      value,
      dimensions,
    });
    const ofFunction = { function: 'local' };
    expect(first).toEqual([
      named('requests', { ...ofFunction, statusClass: '4xx' }, 1),
      named('requests', { route: '/sessions', statusClass: '4xx' }, 1),
      named('milliseconds', ofFunction),
      named('milliseconds', { route: '/sessions' }),
      named('databaseMilliseconds', ofFunction, 0),
      named('databaseRoundTrips', ofFunction, 0),
      named('coldStarts', ofFunction, 1),
    ]);
    expect(second).toContainEqual(named('requests', { route: '/sessions/:id', statusClass: '4xx' }, 1));
    expect(second?.map(({ name }) => name)).not.toContain('coldStarts');
    expect(JSON.stringify(lines)).not.toMatch(/in-a-query|in-a-path/);
  });
});

describe('what is told apart', () => {
  test('an address that nothing serves is no route: whoever tries many makes no metrics', async () => {
    const instance = start({ environment });
    for (const path of ['/one', '/two', '/auth/three'])
      await createClient(instance.handlers.pages, source).get(path);

    const dimensions = linesWithMetrics(instance.log)
      .flatMap(valuesIn)
      .map((each) => each.dimensions);

    expect(new Set(dimensions.map((each) => JSON.stringify(each)))).toEqual(
      new Set(['{"function":"local","statusClass":"4xx"}', '{"function":"local"}']),
    );
  });

  test('a request that is refused before the app is one of its own too', async () => {
    const instance = start({ environment });
    await createClient(instance.handlers.auth, source).request({ method: 'G T', path: '/auth/session' });

    expect(lastOf(instance).values).toContainEqual(
      expect.objectContaining({ name: 'requests', dimensions: { function: 'local', statusClass: '4xx' } }),
    );
  });

  test('METRICS=functions leaves the routes out', async () => {
    const instance = start({ environment: { METRICS: 'functions' } });
    await person({ instance }).auth.get('/auth/session');

    expect(lastOf(instance).values.filter(({ dimensions }) => 'route' in dimensions)).toEqual([]);
  });

  test('without METRICS a test stage has no metrics, and its lines are as they were', async () => {
    const instance = start();
    await signedUp({ instance });

    expect(linesWithMetrics(instance.log)).toEqual([]);
    expect(
      Object.keys(instance.log.find(({ message }) => message === 'request')?.fields ?? {}),
    ).not.toContain('requests');
  });
});

describe('what happens is counted', () => {
  test('sign-ups, sign-ins, and failures of known and unknown addresses alike', async () => {
    const instance = start({ environment });
    const ada = await signedUp({ instance });

    await ada.elsewhere().signIn();
    await ada.elsewhere().signIn(otherPassword);
    await person({ instance, email: newAddress('unknown') }).signIn();

    expect(sumsOf(instance.log)).toMatchObject({ signUps: 1, signIns: 1, signInFailures: 2 });
    // Each of them is one line.
    expect(linesWithMetrics(instance.log)).toHaveLength(4);
    expect(JSON.stringify(linesWithMetrics(instance.log))).not.toMatch(/mail\.test|gull|ladders/);
  });

  test('an account that is locked by guesses is one lockout, whatever is guessed after that', async () => {
    const instance = start({ environment });
    const { email } = await signedUp({ instance });
    const guess = async (times: number) => {
      const client = createClient(instance.handlers.auth, source, { ip: newIp() });
      for (let at = 0; at < times; at += 1)
        await client.post('/auth/sign-in', { email, password: otherPassword });
    };

    for (let caller = 0; caller < 19; caller += 1) await guess(5);
    await guess(4);
    expect(sumsOf(instance.log).lockouts).toBeUndefined();
    await guess(1);
    expect(sumsOf(instance.log)).toMatchObject({ lockouts: 1, signInFailures: 100 });
    await guess(2);
    expect(sumsOf(instance.log)).toMatchObject({ lockouts: 1, rateLimited: 2 });
  }, 60_000);

  test('mail jobs: handed over, and lost where nobody takes them', async () => {
    let isTaken = true;
    const handMail = async () => {
      if (!isTaken) throw new Error('nobody took it');
    };
    const instance = start({ environment, handMail });
    const client = person({ instance }).auth;

    await client.post(forgot, { email: newAddress() });
    isTaken = false;
    await client.post(forgot, { email: newAddress() });

    expect(sumsOf(instance.log)).toEqual({ mailJobsHandedOver: 1, mailJobsLost: 1 });
  });

  test('mail jobs: done, failed at each try, and what is none', async () => {
    let sends = false;
    const mailer = {
      send: async () => {
        if (!sends) throw new Error('the server is away');
      },
    };
    const instance = start({ environment, mailer });
    const { email } = await signedUp({ instance: start() });
    const job = { kind: 'forgot_password', id: 'counted', email, requestedAt: new Date().toISOString() };

    await expect(instance.handlers.mail(job, testContext())).rejects.toThrow('mail job failed');
    await expect(instance.handlers.mail(job, testContext())).rejects.toThrow('mail job failed');
    sends = true;
    await instance.handlers.mail(job, testContext());
    await instance.handlers.mail({ kind: 'no such' }, testContext());

    expect(sumsOf(instance.log)).toEqual({ mailJobsDone: 1, mailJobsFailed: 2 });
    const lines = linesWithMetrics(instance.log);
    expect(lines.map(({ message, fields }) => [message, fields.statusClass])).toEqual([
      ['mail job failed', '5xx'],
      ['mail job failed', '5xx'],
      ['mail job done', '2xx'],
      ['not a mail job: dropped', '4xx'],
    ]);
    expect(JSON.stringify(lines)).not.toContain(email);
  });

  test('a database that is away, and that the service is not ready', async () => {
    const nowhere = { uri: 'mongodb://127.0.0.1:1/', name: database.name };
    const instance = start({ environment, database: nowhere });

    await createClient(instance.handlers.health, source).get('/health/ready', { expect5xx: true });

    expect(sumsOf(instance.log)).toEqual({ databaseOutages: 1, notReady: 1 });
    const { line } = lastOf(instance);
    expect(line.fields.databaseMilliseconds).toBeGreaterThan(1000);
  });

  test('who asks the authorizer: let in, refused, or not answered', async () => {
    const instance = start({ environment });
    const ada = await signedUp({ instance: start() });
    const away = start({ environment, database: { uri: 'mongodb://127.0.0.1:1/', name: 'away' } });
    const [{ event }] = authorizerSources as [(typeof authorizerSources)[0]];
    const cookies = Object.entries(ada.cookies.all()).map((pair) => pair.join('='));

    await instance.handlers.authorizer(event({ cookies }), testContext());
    await instance.handlers.authorizer(event({}), testContext());
    await away.handlers.authorizer(event({ cookies }), testContext());

    const classes = [...instance.log, ...away.log].filter(({ fields }) => '_aws' in fields);
    expect(classes.map(({ fields }) => fields.statusClass)).toEqual(['2xx', '4xx', '5xx']);
  });
});

test('OPERATING has every metric in one table, and no other', () => {
  const text = readFileSync(new URL('../../.github/OPERATING.md', import.meta.url), 'utf8');
  const [, section = ''] = text.split('\n## Metrics\n');
  const [table = ''] = section.split('\n## ');
  const named = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);

  expect(named.sort()).toEqual(
    [
      ...tallies,
      ...['requests', 'milliseconds', 'databaseMilliseconds', 'databaseRoundTrips', 'coldStarts'],
    ].sort(),
  );
});
