import { describe, expect, test } from 'vitest';
import { createGate } from '../../support/gates.ts';
import { browser, whoIs } from '../../support/session-app.ts';
import { sessionInstances, times } from '../../support/session-instances.ts';
import { stockCases } from '../../support/stock/cases.ts';

/**
 * Beside each guarantee of the session under load stands the same case on express-session with connect-mongo and
 * with connect-session-knex as they come, with the fault that it shows there; the table in the README is made of these.
 */

const { database, start } = sessionInstances('session');
const { onStock } = stockCases('session');

describe('1. a session survives its instance and is the same on every instance', () => {
  test('twenty sessions made on one instance are read by three others at once, after that one ended', async () => {
    const first = start();
    const browsers = await Promise.all(
      times(20, async () => {
        const client = browser(first.handler);
        const { user } = (await client.post('/enter')).json();
        await client.post('/count/visits');
        return { client, user };
      }),
    );
    await first.end();
    const others = times(3, () => start());

    const seen = await Promise.all(
      browsers.flatMap(({ client, user }) =>
        others.map(async (other) => {
          const same = browser(other.handler, client);
          return [await whoIs(same), (await same.get('/data')).json(), user];
        }),
      ),
    );

    for (const [who, data, user] of seen) {
      expect(who).toBe(user);
      expect(data).toEqual({ visits: 1 });
    }
  });

  test('what one instance changes, the next request on another sees', async () => {
    const instances = times(3, () => start());
    const client = browser(instances[0]!.handler);
    await client.post('/enter');

    for (const round of times(12, (at) => at)) {
      const answer = await browser(instances[round % 3]!.handler, client).post('/count/visits');
      expect(answer.json()).toEqual({ visits: round + 1 });
    }
  });
});

describe('2. sign-out, revocation and expiry are final', () => {
  test('ASVS 7.4.1: sign-out is final, even with thirty requests of that session under way', async () => {
    const gate = createGate();
    const instances = [start(gate), start(gate)];
    const client = browser(instances[0]!.handler);
    const { user } = (await client.post('/enter')).json();
    const copy = browser(instances[1]!.handler, client);
    const underWay = times(30, (at) =>
      browser(instances[at % 2]!.handler, client).post(`/slow/count/key${at}`),
    );
    await gate.arrived(30);

    const left = await client.post('/leave');
    gate.open();

    expect(left.status).toBe(204);
    for (const answer of await Promise.all(underWay)) {
      expect(answer.status).toBe(401);
      expect(answer.json().code).toBe('not_signed_in');
      expect(answer.cookies).toHaveLength(1);
      expect(answer.cookies[0]).toMatch(/^session_auth=;.*Expires=Thu, 01 Jan 1970/);
    }
    expect(await whoIs(copy)).toBeNull();
    expect(await database.db().collection('sessions').countDocuments({ userId: user })).toBe(0);
  });

  onStock('a request under way at sign-out signs the old cookie in again', async (stock) => {
    const gate = createGate();
    const { handler } = await stock.start({ gate });
    const client = browser(handler);
    const { user } = (await client.post('/enter')).json();
    const copy = browser(handler, client);
    const underWay = browser(handler, client).post('/slow/count/visits');
    await gate.arrived(1);

    await client.post('/leave');
    expect(await whoIs(browser(handler, copy))).toBeNull();
    gate.open();

    expect((await underWay).status).toBe(200);
    expect(await whoIs(copy)).toBe(user);
  });

  test('a session that is revoked in the database stays gone, with requests under way on two instances', async () => {
    const gate = createGate();
    const instances = [start(gate), start(gate)];
    const client = browser(instances[0]!.handler);
    const { user } = (await client.post('/enter')).json();
    const underWay = times(20, (at) =>
      browser(instances[at % 2]!.handler, client).post(`/slow/count/key${at}`),
    );
    await gate.arrived(20);
    const sessions = database.db().collection('sessions');

    await sessions.deleteMany({ userId: user });
    gate.open();

    for (const answer of await Promise.all(underWay)) expect(answer.status).toBe(401);
    expect(await whoIs(client)).toBeNull();
    expect(await sessions.countDocuments({ userId: user })).toBe(0);
  });

  test.each(['before', 'after'])(
    'a session that ends by its age while requests are under way is over, %s the TTL index sweeps',
    async (sweep) => {
      const gate = createGate();
      let now = Date.now();
      const options = { now: () => new Date(now), environment: { SESSION_ABSOLUTE_SECONDS: '60' } };
      const instances = [start(gate, options), start(gate, options)];
      const client = browser(instances[0]!.handler);
      const { user } = (await client.post('/enter')).json();
      const underWay = times(10, (at) =>
        browser(instances[at % 2]!.handler, client).post(`/slow/count/key${at}`),
      );
      await gate.arrived(10);
      const sessions = database.db().collection('sessions');

      now += 61_000;
      if (sweep === 'after') await sessions.deleteMany({ expires: { $lt: new Date(now) } });
      gate.open();
      await Promise.all(underWay);

      expect(await whoIs(client)).toBeNull();
      const left = await sessions.findOne({ userId: user });
      if (sweep === 'after') expect(left).toBeNull();
      else expect(left?.expires.getTime()).toBeLessThan(now);
    },
  );

  test('a sign-out in a crowd of requests that write down use and change keys is final, ten times over', async () => {
    const options = { environment: { SESSION_TOUCH_SECONDS: '0' } };
    const instances = [start(undefined, options), start(undefined, options)];
    const sessions = database.db().collection('sessions');

    for (const round of times(10, (at) => at)) {
      const client = browser(instances[round % 2]!.handler);
      const { user } = (await client.post('/enter')).json();
      const copy = browser(instances[0]!.handler, client);
      const request = (at: number) => {
        const same = browser(instances[at % 2]!.handler, client);
        return at % 3 === 0 ? same.get('/who') : same.post(`/count/key${at}`);
      };
      const crowd = times(24, (at) => (at === round ? client.post('/leave') : request(at)));
      await Promise.all(crowd);

      expect(await whoIs(copy)).toBeNull();
      expect(await sessions.countDocuments({ userId: user })).toBe(0);
    }
  });
});

describe('3. requests at once keep the changes of each other', () => {
  test('forty requests at once over two instances change forty keys, and all keep their change', async () => {
    const gate = createGate();
    const instances = [start(gate), start(gate)];
    const client = browser(instances[0]!.handler);
    await client.post('/enter');
    const underWay = times(40, (at) =>
      browser(instances[at % 2]!.handler, client).post(`/slow/count/key${at}`),
    );
    await gate.arrived(40);

    gate.open();
    const answers = await Promise.all(underWay);

    expect(answers.map(({ status }) => status)).toEqual(times(40, () => 200));
    const data = (await client.get('/data')).json();
    expect(data).toEqual(Object.fromEntries(times(40, (at) => [`key${at}`, 1])));
  });

  onStock('of twenty requests at once that change a key each, one keeps its change', async (stock) => {
    const gate = createGate();
    const { handler } = await stock.start({ gate });
    const client = browser(handler);
    await client.post('/enter');
    const underWay = times(20, (at) => browser(handler, client).post(`/slow/count/key${at}`));
    await gate.arrived(20);

    gate.open();
    const answers = await Promise.all(underWay);

    expect(answers.map(({ status }) => status)).toEqual(times(20, () => 200));
    const { user: _user, ...data } = (await client.get('/data')).json();
    expect(Object.keys(data)).toHaveLength(1);
  });

  test('of two requests that change the same key, the later write stays', async () => {
    const gate = createGate();
    const { handler } = start(gate);
    const client = browser(handler);
    await client.post('/enter');
    await client.post('/count/first');
    const slow = browser(handler, client).post('/slow/count/visits');
    await gate.arrived(1);

    for (let round = 0; round < 5; round += 1) await client.post('/count/visits');
    gate.open();

    expect((await slow).json()).toEqual({ visits: 1 });
    expect((await client.get('/data')).json()).toEqual({ first: 1, visits: 1 });
  });
});
