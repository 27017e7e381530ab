import type { Request } from 'express';
import onHeaders from 'on-headers';
import { describe, expect, test } from 'vitest';
import { regenerate, save } from '../../../lib/web/session/save.ts';
import { networkTest } from '../../support/network-test.ts';
import { browser, whoIs } from '../../support/session-app.ts';
import { sessionInstances } from '../../support/session-instances.ts';
import { keep, sessionData } from '../../support/session-routes.ts';

/** What a route asks of its session without waiting for it. */

const { database, start, behindProxy } = sessionInstances('session_unawaited');
const sessions = () => database.db().collection('sessions');
/** As express-session takes it, though its types ask for a callback. */
const destroy = (req: Request) => void Reflect.apply(req.session.destroy, req.session, []);

describe('a save that is not waited for', () => {
  test.each(['new', 'regenerated', 'stored'])(
    'on a %s session: what is set, changed and deleted after it is stored too',
    async (kind) => {
      const { handler, act } = start();
      const client = browser(handler);
      if (kind !== 'new') await act(client, keep({ kept: 1, changed: 1, gone: 1 }));

      const answer = await act(client, async (req) => {
        if (kind === 'regenerated') await regenerate(req);
        Object.assign(req.session, { kept: 1, changed: 2, late: { deep: 1 }, brief: 1 });
        req.session.save();
        Object.assign(req.session, { changed: 3, second: 2 });
        Reflect.deleteProperty(req.session, 'gone');
        Reflect.deleteProperty(req.session, 'brief');
        (sessionData(req).late as Record<string, unknown>).deep = 2;
      });

      expect(answer.status).toBe(200);
      const expected = { kept: 1, changed: 3, late: { deep: 2 }, second: 2 };
      expect((await client.get('/data')).json()).toEqual(expected);
      expect((await browser(start().handler, client).get('/data')).json()).toEqual(expected);
    },
  );

  test('many of them, each after another change, end as the session was at last', async () => {
    const { handler, act, commands } = start();
    const client = browser(handler);
    await act(client, keep({ step: 0 }));
    commands.clear();

    await act(client, (req) => {
      for (let step = 1; step <= 5; step += 1) {
        Object.assign(req.session, { step, [`key${step}`]: true });
        Reflect.deleteProperty(req.session, `key${step - 1}`);
        req.session.save();
      }
      sessionData(req).step = 0;
    });

    expect((await client.get('/data')).json()).toEqual({ step: 0, key5: true });
    expect(commands.of('sessions', 'update')).toHaveLength(6);
  });

  test('what comes back to what was stored before it is stored as that', async () => {
    const { handler, act } = start();
    const client = browser(handler);
    await act(client, keep({ step: 1 }));

    await act(client, (req) => {
      sessionData(req).step = 2;
      req.session.save();
      sessionData(req).step = 1;
    });

    expect((await client.get('/data')).json()).toEqual({ step: 1 });
  });

  test('a route that throws after it stores what was there as it asked, and no more', async () => {
    const { handler, act } = start();
    const client = browser(handler);
    await act(client, keep({ step: 1 }));

    await act(
      client,
      async (req) => {
        sessionData(req).step = 2;
        const saved = save(req);
        sessionData(req).step = 3;
        await saved;
        throw new Error('no');
      },
      { expect5xx: true },
    );

    expect((await client.get('/data')).json()).toEqual({ step: 2 });
  });

  test('is over before the session ends, so that its end is final', async () => {
    const { handler, act } = start();
    const client = browser(handler);
    const mark = crypto.randomUUID();

    await act(client, (req) => {
      sessionData(req).mark = mark;
      req.session.save();
      req.session.destroy(() => undefined);
    });

    expect(await sessions().countDocuments({ 'session.mark': mark })).toBe(0);
  });

  test('is over before the session is loaded anew', async () => {
    const { handler, act } = start();
    const client = browser(handler);
    await act(client, keep({ step: 1 }));

    const answer = await act(client, async (req) => {
      sessionData(req).step = 2;
      req.session.save();
      await new Promise<void>((resolve, reject) => req.session.reload((e) => (e ? reject(e) : resolve())));
      return { step: sessionData(req).step };
    });

    expect(answer.json()).toEqual({ step: 2 });
  });

  networkTest(
    'is waited for by the answer: where it fails for good, that is 503 without a cookie',
    async () => {
      const { proxy, database: behind } = await behindProxy();
      const { handler, act } = start(undefined, { database: behind });
      const client = browser(handler);

      const answer = await act(
        client,
        async (req) => {
          sessionData(req).step = 1;
          await proxy.down();
          req.session.save();
        },
        { expect5xx: true },
      );

      expect([answer.status, answer.cookies]).toEqual([503, []]);
    },
  );
});

describe('an end that is not waited for', () => {
  networkTest.each(['redirect', 'json', 'end'])('is done before the answer leaves (%s)', async (way) => {
    const { proxy, database: behind } = await behindProxy();
    const { handler, act } = start(undefined, { database: behind });
    const client = browser(handler);
    const { user } = (await client.post('/enter')).json();
    // So that an answer which does not wait is here long before the session has ended.
    proxy.delay(300);

    await act(client, (req, res) => {
      destroy(req);
      if (way === 'redirect') res.redirect('/');
      else if (way === 'json') res.json({});
      else res.end();
    }).catch(() => undefined);

    expect(await sessions().countDocuments({ userId: user })).toBe(0);
    expect(await whoIs(client)).toBeNull();
  });

  networkTest('is 503 where it fails and nobody is told but the answer', async () => {
    const { proxy, database: behind } = await behindProxy();
    const { handler, act } = start(undefined, { database: behind });
    const client = browser(handler);
    await client.post('/enter');

    const answer = await act(
      client,
      async (req) => {
        await proxy.down();
        destroy(req);
      },
      { expect5xx: true },
    );

    expect([answer.status, answer.cookies]).toEqual([503, []]);
  });

  test('a new session that is not waited for has its cookie', async () => {
    const { handler, act } = start();
    const client = browser(handler);
    await act(client, keep({ step: 1 }));
    const old = browser(handler, client);

    const answer = await act(client, (req) => void req.session.regenerate(() => undefined));

    expect(answer.cookies).toHaveLength(1);
    expect((await old.get('/data')).json()).toEqual({});
  });
});

describe('a listener of on-headers', () => {
  test.each(['unchanged', 'changed', 'new'])(
    'reads and writes a session that is %s without keeping the answer',
    async (kind) => {
      const { handler, act, commands } = start();
      const client = browser(handler);
      if (kind !== 'new') await act(client, keep({ step: 1 }));
      commands.clear();
      const seen: unknown[] = [];

      const answer = await act(client, (req, res) => {
        if (kind !== 'unchanged') sessionData(req).step = 2;
        onHeaders(res, () => {
          seen.push(sessionData(req).step, req.session.cookie.originalMaxAge === undefined);
          sessionData(req).late = 1;
          res.setHeader('X-Seen', '1');
        });
      });

      expect(answer.headers.get('x-seen')).toBe('1');
      expect(seen).toEqual([kind === 'unchanged' ? 1 : 2, false]);
      expect(commands.writes()).toHaveLength(kind === 'unchanged' ? 0 : 1);
    },
  );

  test('that begins a session comes too late for it: no cookie leaves for what is not stored', async () => {
    const { handler, act, commands } = start();
    const client = browser(handler);

    const answer = await act(client, (req, res) => {
      onHeaders(res, () => {
        sessionData(req).late = 1;
      });
    });

    expect([answer.status, answer.cookies]).toEqual([200, []]);
    expect(commands.sent).toEqual([]);
  });
});
