import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keptBytes } from '../../support/kept-bytes.ts';
import { browser } from '../../support/session-app.ts';
import { sessionInstances } from '../../support/session-instances.ts';
import { keep, put, sessionData } from '../../support/session-routes.ts';

const { database, start } = sessionInstances('session_keys');
const sessions = () => database.db().collection('sessions');

describe('keys and values come back as they went', () => {
  const keys = [
    'a.b',
    '.',
    '$set',
    '$',
    '%',
    '%2E',
    '%25',
    '',
    '\0',
    'a\0b',
    '0',
    '__proto__',
    'constructor',
  ];
  const more = ['toString', 'hasOwnProperty', 'valueOf', '_id', 'expires', 'ключ', '🗝', 'x'.repeat(300)];

  test.each([...keys, ...more])('key %j', async (key) => {
    const { commands, handler, act } = start();
    const client = browser(handler);
    const read = async () => {
      let value: unknown;
      await act(client, (req) => {
        value = Object.getOwnPropertyDescriptor(req.session, key)?.value;
      });
      return value;
    };

    await act(client, (req) => put(req.session, key, 1));
    expect(await read()).toBe(1);
    await act(client, (req) => put(req.session, key, { deep: 2 }));
    expect(await read()).toEqual({ deep: 2 });
    commands.clear();
    expect(await read()).toEqual({ deep: 2 });
    expect(commands.writes()).toEqual([]);
    await act(client, (req) => void Reflect.deleteProperty(req.session, key));
    expect(await read()).toBeUndefined();
  });

  test.each([
    ['a date', new Date(1_700_000_000_000)],
    ['nested lists and objects', { list: [[1], [], { a: [{}] }], empty: {} }],
    ['null', null],
    ['numbers', [0, -1, 1.5, 2 ** 31, 2 ** 53, 1e300, Number.MIN_VALUE]],
    ['zeros with and without a sign', [0, -0, { zero: -0 }]],
    ['not a number and infinities', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['text with NUL', 'a\0b'],
    [
      'nested keys with dots, dollars and NUL',
      { 'a.b': 1, $set: 2, '%': 3, '': 4, 'a\0b': { 'x.y': [{ $ne: 1 }] } },
    ],
    ['what looks like a reference', { $ref: 'users', $id: 1 }],
    ['a regular expression', /^a.b$/i],
  ])('value: %s', async (_name, value) => {
    const { commands, handler, act } = start();
    const client = browser(handler);
    const seen: unknown[] = [];

    await act(client, keep({ value: value }));
    commands.clear();
    await act(client, (req) => void seen.push(sessionData(req).value));
    await act(client, (req) => void seen.push(sessionData(req).value));

    expect(seen).toEqual([value, value]);
    expect(commands.writes()).toEqual([]);
  });

  test("bytes come back as bytes, of BSON's class on MongoDB, and a map as an object", async () => {
    const { commands, handler, act } = start();
    const client = browser(handler);
    const bytes = Buffer.from([0, 1, 255]);
    let seen: Record<string, unknown> = {};

    await act(client, keep({ bytes, map: new Map([['a.b', new Map([['c', 1]])]]) }));
    commands.clear();
    await act(client, (req) => {
      seen = { ...sessionData(req) };
    });

    expect(keptBytes(seen.bytes)).toEqual(bytes);
    expect(seen.map).toEqual({ 'a.b': { c: 1 } });
    expect(commands.writes()).toEqual([]);
  });

  test('undefined, functions and symbols are left out, however deep', async () => {
    const { commands, handler, act } = start();
    const client = browser(handler);

    await act(client, (req) => {
      const none = { no: undefined, run: () => 1, kept: true };
      Object.assign(req.session, { none, no: undefined, run: () => 1, mark: Symbol('mark') });
    });
    commands.clear();

    expect((await client.get('/data')).json()).toEqual({ none: { kept: true } });
    const stored = await sessions().findOne({ 'session.none': { $exists: true } });
    expect(stored?.session).toEqual({ none: { kept: true } });
    expect(commands.writes()).toEqual([]);
  });

  test('whatever a session holds comes back, and reading it writes nothing (property)', async () => {
    const { commands, handler, act } = start();
    // What a session of express-session keeps for itself, and cannot hold for an application.
    const own = [
      'cookie',
      'signedIn',
      'id',
      'req',
      'touch',
      'resetMaxAge',
      'save',
      'reload',
      'destroy',
      'regenerate',
    ];
    const odd = fc.constantFrom(...keys, ...more);
    const key = fc
      .oneof(fc.string({ unit: 'binary', maxLength: 6 }), odd)
      .filter((name) => !own.includes(name));
    const data = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });

    await fc.assert(
      fc.asyncProperty(data, data, async (before, after) => {
        const client = browser(handler);
        const seen: Record<string, unknown>[] = [];
        const look = () =>
          act(client, (req) => {
            const { cookie: _cookie, ...rest } = req.session;
            seen.push(rest);
          });
        const become = (next: Record<string, unknown>) =>
          act(client, (req) => {
            for (const name of Object.keys(req.session))
              if (name !== 'cookie' && !Object.hasOwn(next, name)) Reflect.deleteProperty(req.session, name);
            for (const [name, value] of Object.entries(next)) put(req.session, name, value);
          });

        await become(before);
        await look();
        await become(after);
        commands.clear();
        await look();

        expect(seen).toEqual([structuredClone(before), structuredClone(after)]);
        expect(commands.writes()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('a new id after the password was shown, and the export, keep every key', async () => {
    const { services, handler, act } = start();
    const client = browser(handler);
    const { user } = (await client.post('/enter')).json();
    await act(client, (req) => {
      for (const key of [...keys, ...more]) put(req.session, key, { [key]: 1 });
    });

    await act(client, async (req) => {
      const credentials = await services.users.findCredentialsById(user);
      await services.sessions.renew(req, credentials!);
    });

    const [exported] = (await services.devices.export(user)) as { data: object }[];
    let seen = {};
    await act(client, (req) => {
      const { cookie: _cookie, signedIn: _signedIn, ...data } = req.session;
      seen = data;
    });
    expect(Object.keys(seen).sort()).toEqual([...keys, ...more].sort());
    expect(Object.keys(exported!.data).sort()).toEqual([...keys, ...more].sort());
    for (const [key, value] of Object.entries(seen))
      expect(Object.entries(value as object)).toEqual([[key, 1]]);
  });
});
