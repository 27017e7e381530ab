import { describe, expect, test, vi } from 'vitest';
import { createGate } from '../../support/gates.ts';
import { networkTest } from '../../support/network-test.ts';
import { browser, whoIs } from '../../support/session-app.ts';
import { impatient, sessionInstances, times } from '../../support/session-instances.ts';
import { stockCases } from '../../support/stock/cases.ts';
import { takeUnhandledRejections } from '../../support/unhandled-rejections.ts';

/** Guarantee 4, and beside it the same on express-session and its stores as they come. */

const { database, start, behindProxy, afterTest } = sessionInstances('session_stored_first');
const { onStock, onConnectKnex, afterStock } = stockCases('session_stored_first');

describe('4. an answer leaves only after the session is stored', () => {
  /** With it a second session of the same state cannot be stored: the server refuses the write. */
  async function refuseSecond() {
    const sessions = database.db().collection('sessions');
    await sessions.deleteMany({});
    await sessions.createIndex({ 'session.visits': 1 }, { unique: true, name: 'refuse' });
    return {
      sessions,
      end: async () => {
        await sessions.dropIndex('refuse');
      },
    };
  }

  test('of twenty sessions at once that the server refuses to store but one, nineteen answers are 503 without a cookie', async () => {
    const { sessions, end } = await refuseSecond();
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
    const { end } = await refuseSecond();
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

  onStock('a session that could not be stored is answered 200, with a cookie for nothing', async (stock) => {
    const { handler } = await stock.start();
    await stock.refuseSecond();
    const unhandled = takeUnhandledRejections();
    afterStock(unhandled.end);

    const clients = times(20, () => browser(handler));
    const answers = await Promise.all(clients.map((client) => client.post('/count/visits')));

    expect(answers.map(({ status }) => status)).toEqual(times(20, () => 200));
    for (const answer of answers) expect(answer.cookies).toHaveLength(1);
    expect(await stock.sessions()).toHaveLength(1);
    const seen = await Promise.all(clients.map(async (client) => (await client.get('/data')).json()));
    expect(seen.filter((data) => data.visits === undefined)).toHaveLength(19);
    await vi.waitFor(() => expect(unhandled.errors).toHaveLength(stock.name === 'connect-mongo' ? 0 : 19));
  });

  onConnectKnex('after a session that could not be stored, the process ends', async (stock) => {
    const { handler } = await stock.start();
    await stock.refuseSecond();
    await browser(handler).post('/count/visits');
    const child = stock.coldStart();

    const { code, errors } = await child.ended();

    expect(await child.line()).toBe('200');
    expect(await child.line()).toBe('200');
    expect(await child.line()).toBeUndefined();
    expect(code).toBe(1);
    expect(errors).toContain('sess');
  });

  networkTest(
    'where the database goes away under ten requests, each is answered 503 without a cookie, and nothing is lost',
    async () => {
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
    },
  );

  onStock(
    'where the database goes away under a request, it is answered 200, with a cookie for nothing',
    async (stock) => {
      const gate = createGate();
      const way = await stock.way();
      const { handler } = await stock.start({ gate, where: way.where });
      const unhandled = takeUnhandledRejections();
      afterStock(unhandled.end);
      const clients = times(10, () => browser(handler));
      const underWay = clients.map((client) => client.post('/slow/count/visits'));
      await gate.arrived(10);

      await way.down();
      gate.open();
      const answers = await Promise.all(underWay);

      for (const answer of answers) {
        expect(answer.status).toBe(200);
        expect(answer.cookies).toHaveLength(1);
      }
      await way.up();
      for (const client of clients) expect((await client.get('/data')).json()).toEqual({});
      await vi.waitFor(() => expect(unhandled.errors).toHaveLength(stock.name === 'connect-mongo' ? 0 : 10));
    },
  );

  onConnectKnex(
    'where the database goes away under a request that changes nothing, it is never answered',
    async (stock) => {
      const gate = createGate();
      const way = await stock.way();
      const { handler } = await stock.start({ gate, where: way.where });
      const unhandled = takeUnhandledRejections();
      afterStock(unhandled.end);
      const client = browser(handler);
      await client.post('/enter');
      const underWay = client.get('/slow');
      await gate.arrived(1);

      await way.down();
      gate.open();
      await vi.waitFor(() => expect(unhandled.errors).toHaveLength(1), { timeout: 30_000 });
      const soon = new Promise((resolve) => setTimeout(resolve, 300, 'still waiting'));

      expect(await Promise.race([underWay, soon])).toBe('still waiting');
    },
  );
});
