import { describe, expect } from 'vitest';
import { coldStart } from '../../support/cold-start.ts';
import { networkTest } from '../../support/network-test.ts';
import { browser } from '../../support/session-app.ts';
import { impatient, sessionInstances, times } from '../../support/session-instances.ts';
import { stockCases } from '../../support/stock/cases.ts';

/** Guarantee 7, and beside it the same on express-session and its stores as they come. */

const { start, behindProxy, afterTest } = sessionInstances('session_outage');
const { onStock } = stockCases('session_outage');
/** What each store's database says, or its driver, where it is out of reach. */
const outOfReach = {
  'connect-mongo': 'MongoServerSelectionError',
  'connect-session-knex on SQLite': 'Unable to open connection',
  'connect-session-knex on PostgreSQL': 'ECONNREFUSED',
};

describe('7. after an outage the next request works', () => {
  networkTest('an instance that started while the database was away works once it is there', async () => {
    const { proxy, database: reached } = await behindProxy();
    await proxy.down();
    const { handler } = start(undefined, { database: reached, mongoOptions: impatient });

    const away = await Promise.all(
      times(10, () => browser(handler).post('/count/visits', undefined, { expect5xx: true })),
    );
    await proxy.up();
    const back = await Promise.all(times(10, () => browser(handler).post('/count/visits')));

    for (const answer of away) {
      expect(answer.status).toBe(503);
      expect(answer.cookies).toEqual([]);
    }
    for (const answer of back) expect(answer.status).toBe(200);
  });

  networkTest.each(['reset', 'end', 'blackhole'] as const)(
    'sockets that died while the instance slept (%s) fail none of ten requests at once',
    async (how) => {
      const { proxy, database: reached } = await behindProxy();
      const { handler } = start(undefined, { database: reached, mongoOptions: { monitorCommands: true } });
      const client = browser(handler);
      await client.post('/enter');
      await Promise.all(times(10, () => client.get('/who')));

      if (how === 'blackhole') proxy.blackhole();
      else proxy.cut(how);
      const answers = await Promise.all(
        times(10, (at) => (at % 2 === 0 ? client.get('/who') : client.post(`/count/key${at}`))),
      );

      expect(answers.map(({ status }) => status)).toEqual(times(10, () => 200));
    },
  );

  networkTest('an unreachable database ends no process: 503, and 200 once it is there', async () => {
    const { proxy, database: reached } = await behindProxy();
    await proxy.down();
    const child = coldStart('ours', reached);
    afterTest(async () => child.stop());

    expect(await child.line()).toBe('200');
    expect(await child.line()).toBe('503');
    await proxy.up();
    child.goOn();

    expect(await child.line()).toBe('200 200');
    expect(await child.ended()).toEqual({ code: 0, errors: '' });
  });

  onStock('an unreachable database ends the process', async (stock) => {
    const way = await stock.way();
    await way.down();
    const child = stock.coldStart({ where: way.where });

    const { code, errors } = await child.ended();

    expect(await child.line()).toBe('200');
    expect(await child.line()).toBeUndefined();
    expect(code).toBe(1);
    expect(errors).toContain(outOfReach[stock.name]);
  });

  onStock(
    'where the process is kept alive, the failed connection is remembered after the database is back',
    async (stock) => {
      const way = await stock.way();
      await way.down();
      const child = stock.coldStart({ where: way.where, survive: true });

      expect(await child.line()).toBe('200');
      expect(await child.line()).toBe('200');
      await way.up();
      child.goOn();

      expect(await child.line()).toBe('200 500');
    },
  );
});
