import { describe, expect, test } from 'vitest';
import { createGate } from '../../support/gates.ts';
import { browser, whoIs } from '../../support/session-app.ts';
import { impatient, sessionInstances, times } from '../../support/session-instances.ts';

/** Guarantee 4, and beside it the same on express-session and connect-mongo as they come. */

const { database, stockDatabase, start, startStock, behindProxy, afterTest } =
  sessionInstances('session_stored_first');

describe('4. an answer leaves only after the session is stored', () => {
  /** With it a second session of the same state cannot be stored: the server refuses the write. */
  async function refuseSecond(of: typeof database, field: string) {
    const sessions = of.db().collection('sessions');
    await sessions.deleteMany({});
    await sessions.createIndex({ [field]: 1 }, { unique: true, name: 'refuse' });
    return {
      sessions,
      end: async () => {
        await sessions.dropIndex('refuse');
      },
    };
  }

  test('of twenty sessions at once that the server refuses to store but one, nineteen answers are 503 without a cookie', async () => {
    const { sessions, end } = await refuseSecond(database, 'session.visits');
    afterTest(end);
    const instances = [start(), start()];

    const answers = await Promise.all(
      times(20, (at) =>
        browser(instances[at % 2]!.handler).post('/count/visits', undefined, { expect5xx: true }),
      ),
    );

    const failed = answers.filter(({ status }) => status === 503);
    expect(failed).toHaveLength(19);
    for (const answer of failed) {
      expect(answer.json().code).toBe('unavailable');
      expect(answer.cookies).toEqual([]);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect(await sessions.countDocuments()).toBe(1);
  });

  test('a change that the server refuses to store is answered 503, and what was stored stays as it was', async () => {
    const { end } = await refuseSecond(database, 'session.visits');
    afterTest(end);
    const { handler } = start();
    const [one, other] = [browser(handler), browser(handler)];
    await one.post('/count/visits');
    await other.post('/enter');

    const answers = await Promise.all(
      times(10, () => browser(handler, other).post('/count/visits', undefined, { expect5xx: true })),
    );

    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.cookies).toEqual([]);
    }
    expect((await other.get('/data')).json()).toEqual({});
    expect(await whoIs(other)).not.toBeNull();
  });

  test('stock: a session that could not be stored is answered 200, with a cookie for nothing', async () => {
    const { sessions, end } = await refuseSecond(stockDatabase, 'session');
    afterTest(end);
    const { handler } = await startStock();

    const clients = times(20, () => browser(handler));
    const answers = await Promise.all(clients.map((client) => client.post('/count/visits')));

    expect(answers.map(({ status }) => status)).toEqual(times(20, () => 200));
    for (const answer of answers) expect(answer.cookies).toHaveLength(1);
    expect(await sessions.countDocuments()).toBe(1);
    const seen = await Promise.all(clients.map(async (client) => (await client.get('/data')).json()));
    expect(seen.filter((data) => data.visits === undefined)).toHaveLength(19);
  });

  test('where the database goes away under ten requests, each is answered 503 without a cookie, and nothing is lost', async () => {
    const gate = createGate();
    const { proxy, database: reached } = await behindProxy();
    const { handler } = start(gate, { database: reached, mongoOptions: impatient });
    const client = browser(handler);
    await client.post('/enter');
    await client.post('/count/before');
    const ofSession = times(5, () => browser(handler, client));
    const ofNobody = times(5, () => browser(handler));
    const underWay = [...ofSession, ...ofNobody].map((each) =>
      each.post('/slow/count/visits', undefined, { expect5xx: true }),
    );
    await gate.arrived(10);

    await proxy.down();
    gate.open();
    const answers = await Promise.all(underWay);

    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.json().code).toBe('unavailable');
      expect(answer.cookies).toEqual([]);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    await proxy.up();
    expect((await client.get('/data')).json()).toEqual({ before: 1 });
    expect(await whoIs(client)).not.toBeNull();
  });

  test('stock: where the database goes away under a request, it is answered 200, with a cookie for nothing', async () => {
    const gate = createGate();
    const { proxy, database: reached } = await behindProxy(stockDatabase);
    const { handler } = await startStock(gate, reached);
    const clients = times(10, () => browser(handler));
    const underWay = clients.map((client) => client.post('/slow/count/visits'));
    await gate.arrived(10);

    await proxy.down();
    gate.open();
    const answers = await Promise.all(underWay);

    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.cookies).toHaveLength(1);
    }
    await proxy.up();
    for (const client of clients) expect((await client.get('/data')).json()).toEqual({});
  });
});
