import { describe, expect, test } from 'vitest';
import { destroy, regenerate, save } from '../../../lib/web/session/save.ts';
import { isUpsert } from '../../support/commands.ts';
import { testStore } from '../../support/database.ts';
import { browser } from '../../support/session-app.ts';
import { sessionInstances } from '../../support/session-instances.ts';
import { keep, put, sessionData } from '../../support/session-routes.ts';

const { database, start, afterTest } = sessionInstances('session_store');
const sessions = () => database.db().collection('sessions');

describe('what is written', () => {
  test('a new session is inserted, and nothing is ever upserted', async () => {
    const { commands, handler, act } = start(undefined, { environment: { SESSION_TOUCH_SECONDS: '0' } });
    const client = browser(handler);
    await act(client, keep({ step: 1 }));
    await act(client, keep({ step: 2 }));
    await client.post('/enter');
    await act(client, keep({ step: 3 }));
    await client.post('/leave');

    expect(commands.of('sessions', 'insert')).toHaveLength(2);
    expect(commands.of('sessions', 'update').length).toBeGreaterThan(2);
    expect(commands.of('sessions').filter(isUpsert)).toEqual([]);
  });

  test('a request writes the keys that it changed, and no other', async () => {
    const { commands, handler, act } = start();
    const client = browser(handler);
    await act(client, (req) => void Object.assign(req.session, { kept: 1, changed: 1, gone: 1, list: [1] }));
    commands.clear();

    await act(client, (req) => {
      const data = sessionData(req);
      data.changed = 2;
      delete data.gone;
      (data.list as number[]).push(2);
      data.kept = 1;
    });

    expect(commands.names()).toEqual(['sessions.aggregate', 'sessions.update']);
    const { command } = commands.of('sessions', 'update')[0]!;
    // What a statement of SQL is given names keys alone, each with its value.
    const given = JSON.stringify(command.bindings);
    if (testStore() === 'mongodb')
      expect(command.updates[0].u).toEqual({
        $set: { 'session.changed': 2, 'session.list': [1, 2] },
        $unset: { 'session.gone': '' },
      });
    else
      expect(['kept', 'changed', 'gone', 'list'].filter((key) => given.includes(key))).toEqual([
        'changed',
        'gone',
        'list',
      ]);
    expect((await client.get('/data')).json()).toEqual({ kept: 1, changed: 2, list: [1, 2] });
  });

  test('a request that changes nothing writes nothing', async () => {
    const { commands, handler, act } = start();
    const client = browser(handler);
    const value = { at: new Date(0), list: [1, { deep: true }], none: null };
    await act(client, keep({ value: value }));
    commands.clear();

    await act(client, () => undefined);
    await act(client, keep({ value: structuredClone(value) }));
    await act(client, (req) => {
      sessionData(req).other = 1;
      delete sessionData(req).other;
    });
    await act(client, keep({ nothing: undefined }));

    expect(commands.names()).toEqual([
      'sessions.aggregate',
      'sessions.aggregate',
      'sessions.aggregate',
      'sessions.aggregate',
    ]);
  });

  test('a session is stored as often as a route asks for, and once more where it changed after', async () => {
    const { commands, handler, act } = start();
    const client = browser(handler);
    await act(client, keep({ step: 0 }));
    commands.clear();

    await act(client, async (req) => {
      sessionData(req).step = 1;
      await save(req);
      sessionData(req).step = 2;
    });

    expect(commands.of('sessions', 'update')).toHaveLength(2);
    expect((await client.get('/data')).json()).toEqual({ step: 2 });
  });

  test('a visitor without a session that stores nothing costs no command and gets no cookie', async () => {
    const { commands, handler, act } = start();

    const answer = await act(browser(handler), () => undefined);

    expect(answer.cookies).toEqual([]);
    expect(commands.sent).toEqual([]);
  });
});

describe('what express-session can do with a session', () => {
  test('regenerate ends the session and makes an empty one under a new id: one delete, one insert', async () => {
    const { commands, handler, act } = start();
    const client = browser(handler);
    await act(client, keep({ step: 1 }));
    const old = browser(handler, client);
    commands.clear();

    const answer = await act(client, async (req) => {
      await regenerate(req);
      sessionData(req).fresh = true;
    });

    expect(commands.names()).toEqual(['sessions.aggregate', 'sessions.delete', 'sessions.insert']);
    expect(answer.cookies).toHaveLength(1);
    expect((await client.get('/data')).json()).toEqual({ fresh: true });
    expect((await old.get('/data')).json()).toEqual({});
  });

  test('a regenerated session that stays empty is stored before its cookie leaves', async () => {
    const { handler, act } = start();
    const client = browser(handler);
    await sessions().deleteMany({});
    await act(browser(handler), keep({ other: true }));
    await act(client, keep({ only: true }));
    await sessions().createIndex({ 'session.only': 1 }, { unique: true, name: 'refuse' });
    afterTest(() => sessions().dropIndex('refuse'));

    const answer = await act(client, (req) => regenerate(req), { expect5xx: true });

    expect(answer.status).toBe(503);
    expect(answer.cookies).toEqual([]);
  });

  test('destroy ends the session with one command', async () => {
    const { commands, handler, act } = start();
    const client = browser(handler);
    await act(client, keep({ step: 1 }));
    const old = browser(handler, client);
    commands.clear();

    await act(client, (req) => destroy(req));

    expect(commands.names()).toEqual(['sessions.aggregate', 'sessions.delete']);
    expect((await old.get('/data')).json()).toEqual({});
  });

  test('reload brings what another request has stored meanwhile, and loses what this one has not', async () => {
    const { handler, act } = start();
    const client = browser(handler);
    await act(client, keep({ step: 1 }));

    const answer = await act(client, async (req) => {
      await act(browser(handler, client), keep({ step: 2 }));
      sessionData(req).mine = true;
      await new Promise<void>((resolve, reject) => req.session.reload((e) => (e ? reject(e) : resolve())));
      return { step: sessionData(req).step, mine: sessionData(req).mine };
    });

    expect(answer.json()).toEqual({ step: 2 });
    expect((await client.get('/data')).json()).toEqual({ step: 2 });
  });

  test('a value that cannot be stored is 500, with nothing of the request stored', async () => {
    const { handler, act } = start();
    const client = browser(handler);
    await act(client, keep({ step: 1 }));
    const loop: Record<string, unknown> = {};
    loop.loop = loop;

    let deep = {};
    for (let level = 0; level < 100; level += 1) deep = { deep };

    for (const value of [loop, 10n, deep]) {
      const answer = await act(client, (req) => void Object.assign(req.session, { step: 2, value }), {
        expect5xx: true,
      });
      expect(answer.status).toBe(500);
      expect(answer.json().code).toBe('internal');
      expect(answer.cookies).toEqual([]);
    }
    expect((await client.get('/data')).json()).toEqual({ step: 1 });
  });

  test.each(['touch', 'resetMaxAge', 'destroy', 'regenerate'])(
    'a key that is a method of every session (%s) is 500, with nothing of the request stored',
    async (key) => {
      const { handler, act } = start();
      const client = browser(handler);
      await act(client, keep({ step: 1 }));

      const answer = await act(client, keep({ step: 2, [key]: 'mine' }), { expect5xx: true });

      expect([answer.status, answer.cookies]).toEqual([500, []]);
      expect((await client.get('/data')).json()).toEqual({ step: 1 });
    },
  );

  test('what a route changed before it threw is not stored', async () => {
    const { commands, handler, act } = start();
    const client = browser(handler);
    await act(client, keep({ step: 1 }));
    commands.clear();

    const answer = await act(
      client,
      (req) => {
        sessionData(req).step = 2;
        throw new Error('no');
      },
      { expect5xx: true },
    );

    expect(answer.status).toBe(500);
    expect(commands.writes()).toEqual([]);
    expect((await client.get('/data')).json()).toEqual({ step: 1 });
  });

  test("express-session's own all, length and clear know live sessions and the application's keys", async () => {
    let now = Date.now();
    await database.prepare('counted');
    const { act, handler, config } = start(undefined, {
      now: () => new Date(now),
      environment: { SESSION_COLLECTION: 'counted', SESSION_IDLE_SECONDS: '60' },
    });
    const ask = async <T>(method: 'all' | 'length' | 'clear') => {
      let result: T | undefined;
      await act(browser(handler), async (req) => {
        const store = req.sessionStore as unknown as Record<
          string,
          (done: (error: unknown, result: T) => void) => void
        >;
        result = await new Promise<T>((resolve, reject) =>
          store[method]!((error, found) => (error ? reject(error) : resolve(found))),
        );
      });
      return result;
    };
    await act(browser(handler), keep({ old: true }));
    now += 60_000;
    await act(browser(handler), (req) => put(req.session, 'a.b', 1));
    const client = browser(handler);
    const { user } = (await client.post('/enter')).json();

    const all = await ask<Record<string, unknown>[]>('all');
    expect(
      all?.map(({ cookie: _cookie, signedIn, ...data }) => ({ ...data, ...(signedIn ? { signedIn } : {}) })),
    ).toEqual(
      expect.arrayContaining([{ 'a.b': 1 }, { signedIn: expect.objectContaining({ userId: user }) }]),
    );
    expect(all).toHaveLength(2);
    expect(await ask<number>('length')).toBe(2);
    await ask<void>('clear');
    expect(await database.db().collection(config.sessionCollection).countDocuments()).toBe(0);
    expect((await client.get('/who')).status).toBe(401);
  });
});
