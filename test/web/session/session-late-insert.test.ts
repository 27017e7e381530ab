import { describe, expect } from 'vitest';
import { regenerate, save } from '../../../lib/web/session/save.ts';
import { holdingInserts } from '../../support/holding-proxy.ts';
import { networkTest as test } from '../../support/network-test.ts';
import { browser, whoIs } from '../../support/session-app.ts';
import { idIn } from '../../support/session-cookie.ts';
import { sessionInstances } from '../../support/session-instances.ts';
import { sessionData } from '../../support/session-routes.ts';

/**
 * The first try of an insert hangs in the network, the second is acknowledged, and the first arrives when the
 * session has ended: it brings no session that anybody has the cookie of.
 */

const { database, start, behindProxy, afterTest } = sessionInstances('session_late_insert');
const sessions = () => database.db().collection<{ _id: string; userId?: string }>('sessions');
const account = () => ({
  email: `${crypto.randomUUID()}@example.com`,
  password: 'correct horse battery staple',
});

/** An instance whose next insert may hang; another one that has a way of its own. */
async function startBehindHolding() {
  const network = await holdingInserts(database);
  afterTest(network.close);
  const [near, other] = [start(undefined, { database: network.database }), start()];
  // A first try is given up early only on a client that has worked.
  await browser(near.handler).post('/count/warm');
  return { holdInsert: () => network.holdInsert('sessions'), near, other };
}

describe('ASVS 7.4.1: a first try of an insert that arrives late, after sign-out', () => {
  test.each(['sign-up', 'sign-in'])('%s: the old cookie stays signed out, on every instance', async (way) => {
    const { holdInsert, near, other } = await startBehindHolding();
    const body = account();
    if (way === 'sign-in') await browser(other.handler).post('/auth/sign-up', body);
    const client = browser(near.handler);

    const held = holdInsert();
    const entered = await client.post(`/auth/${way}`, body);
    await held.arrived();
    const old = browser(other.handler, client);
    expect(await whoIs(old)).toBe(entered.json().user.id);
    const { session } = entered.json();
    expect(await sessions().countDocuments({ _id: session.id })).toBe(1);
    expect((await client.post('/auth/sign-out')).status).toBe(204);
    expect(await whoIs(browser(other.handler, old))).toBeNull();
    await held.release();

    for (const { handler } of [near, other]) expect(await whoIs(browser(handler, old))).toBeNull();
    expect(await sessions().countDocuments({ _id: session.id })).toBe(0);
  });

  test("an application's own session: the id that leaves is that of the try that was acknowledged", async () => {
    const { holdInsert, near, other } = await startBehindHolding();
    const client = browser(near.handler);
    const ids: string[] = [];

    const held = holdInsert();
    const answer = await near.act(client, async (req) => {
      ids.push(req.sessionID);
      sessionData(req).step = 1;
      await save(req);
      ids.push(req.sessionID);
      sessionData(req).step = 2;
      return { same: req.session.id === req.sessionID };
    });

    expect(answer.json()).toEqual({ same: true });
    expect(ids[1]).not.toBe(ids[0]);
    expect(idIn(client.cookies.get('session_auth') ?? '')).toBe(ids[1]);
    expect((await browser(other.handler, client).get('/data')).json()).toEqual({ step: 2 });
    const old = browser(other.handler, client);
    await near.act(client, (req) => void req.session.destroy(() => undefined));
    await held.release();
    expect((await old.get('/data')).json()).toEqual({});
  });
});

test('a first try that arrived, with its answer lost, leaves no second session', async () => {
  const { proxy, database: behind } = await behindProxy();
  const { handler, act } = start(undefined, { database: behind });
  const client = browser(handler);
  await client.post('/count/warm');
  const mark = crypto.randomUUID();

  await act(client, async (req) => {
    await regenerate(req);
    sessionData(req).mark = mark;
    proxy.cutAtNextAnswer();
    await save(req);
  });

  expect(await sessions().countDocuments({ 'session.mark': mark })).toBe(1);
  expect((await client.get('/data')).json()).toEqual({ mark });
});
