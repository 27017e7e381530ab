import fc from 'fast-check';
import { ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { testStore } from '../../support/database.ts';
import { keptBytes } from '../../support/kept-bytes.ts';
import { browser } from '../../support/session-app.ts';
import { sessionInstances } from '../../support/session-instances.ts';
import { keep, sessionData } from '../../support/session-routes.ts';

/** Values and keys that mean something to JavaScript, express-session or BSON, and nothing to the application. */

const { start } = sessionInstances('session_values');

/** What comes back of a value at the next request, on another instance. */
async function kept(value: unknown): Promise<unknown> {
  const { handler, act } = start();
  const client = browser(handler);
  await act(client, keep({ value }));
  const { handler: elsewhere, act: actElsewhere, commands } = start();
  let seen: unknown;
  await actElsewhere(browser(elsewhere, client), (req) => {
    seen = sessionData(req).value;
  });
  expect(commands.writes()).toEqual([]);
  return seen;
}

describe('values are kept as JSON.stringify takes them', () => {
  const at = new Date(1_700_000_000_000);
  class Money {
    readonly cents = 5;
    toJSON(key: string) {
      return { amount: '0.05', key, paid: at };
    }
  }
  const cases: [string, unknown, unknown][] = [
    ['a URL', new URL('https://example.com/a?b=1'), 'https://example.com/a?b=1'],
    ['URLs inside', { list: [new URL('https://a.example')] }, { list: ['https://a.example/'] }],
    ['toJSON, with the key that it stands under', new Money(), { amount: '0.05', key: 'value', paid: at }],
    ['toJSON that gives nothing, inside', { a: { toJSON: () => undefined }, b: 1 }, { b: 1 }],
    ['toJSON that gives nothing, in a list', [{ toJSON: () => undefined }, 1], [null, 1]],
    ['what is called toJSON and is no function', { toJSON: 'x', a: 1 }, { toJSON: 'x', a: 1 }],
    ['a Date', at, at],
    ['a Date inside', [{ at }], [{ at }]],
    ['an invalid Date', new Date('no'), null],
    ['an invalid Date inside', [{ at: new Date(Number.NaN) }], [{ at: null }]],
    ['nothing in a list', [1, undefined, () => 1, Symbol('x'), 2], [1, null, null, null, 2]],
    ['boxed values', [new String('a'), new Number(1), new Boolean(false)], ['a', 1, false]],
    ['a Set', { set: new Set([1, { a: 1 }]) }, { set: [1, { a: 1 }] }],
    ['a Map', new Map([['a', new URL('https://a.example')]]), { a: 'https://a.example/' }],
  ];

  test.each(cases)('%s', async (_name, value, expected) => {
    expect(await kept(value)).toEqual(expected);
  });

  test('bytes stay bytes; what BSON has a class for stays that on MongoDB, and is what its toJSON gives on SQL', async () => {
    const id = new ObjectId();
    const seen = (await kept({ bytes: Buffer.from([1, 2]), id })) as { bytes: unknown; id: unknown };

    expect([...keptBytes(seen.bytes)]).toEqual([1, 2]);
    expect(String(seen.id)).toBe(String(id));
    expect(typeof seen.id).toBe(testStore() === 'mongodb' ? 'object' : 'string');
  });

  test.each([
    ['a BigInt', 1n],
    ['a BigInt in a Map', new Map([['a', [1n]]])],
  ])('%s is 500, with the reason in the log', async (_name, value) => {
    const { handler, act, log } = start();

    const answer = await act(browser(handler), keep({ value }), { expect5xx: true });

    expect([answer.status, answer.cookies]).toEqual([500, []]);
    expect(log.map(({ fields }) => fields.code)).toContain('SESSION_VALUE_IS_A_BIGINT');
  });

  test('what a visitor sends comes back as it was sent, whatever it looks like to BSON', async () => {
    const bodies = [
      { _bsontype: 'ObjectId', id: 'x' },
      { _bsontype: 'Binary', sub_type: 0, position: 3 },
      { a: [{ _bsontype: 'Long', low: 1, high: 2 }] },
      { _bsontype: { $ne: 1 } },
      { $oid: 'x', $date: 1, $numberLong: '1', _bsontype: null },
      JSON.parse('{"__proto__": {"_bsontype": "Code", "code": "x"}}'),
    ];
    for (const body of bodies) expect(JSON.stringify(await kept(body))).toBe(JSON.stringify(body));
  });
});

/** What an application does that keeps a body whole: these are the ways to set a key. */
const ways: [string, (session: object, key: string, value: unknown) => void][] = [
  [
    'assigned',
    (session, key, value) => void Object.assign(session, JSON.parse(JSON.stringify({ [key]: value }))),
  ],
  [
    'set one by one',
    (session, key, value) => {
      (session as Record<string, unknown>)[key] = value;
    },
  ],
  [
    'defined',
    (session, key, value) =>
      void Object.defineProperty(session, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      }),
  ],
];
const names = [
  ...['save', 'touch', 'reload', 'destroy', 'regenerate', 'resetMaxAge', 'id', 'req', 'cookie', 'signedIn'],
  ...[
    '__proto__',
    'constructor',
    'toJSON',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '_bsontype',
    'then',
    'user',
  ],
  ...[
    'generate',
    'length',
    'prototype',
    '__defineGetter__',
    'toBSON',
    '_id',
    'expires',
    'session',
    'sessionID',
  ],
];
const values = [1, null, { a: ['x'] }];

describe.each(ways)('a key of a body, %s: it comes back, or the request fails and says why', (_way, set) => {
  test.each(names)('%s', async (name) => {
    const { handler, act, log } = start();
    for (const kind of ['new', 'stored', 'signed in']) {
      for (const value of values) {
        const client = browser(handler);
        if (kind === 'stored') await act(client, keep({ before: 1 }));
        if (kind === 'signed in') await client.post('/enter');
        log.length = 0;

        const answer = await act(client, (req) => set(req.session, name, value), { expect5xx: true });

        const about = `${kind}, ${JSON.stringify(value)}`;
        expect([200, 500], about).toContain(answer.status);
        if (answer.status === 500) {
          expect(answer.cookies, about).toEqual([]);
          const error = log.find(({ level }) => level === 'error');
          expect(error?.fields.code ?? error?.fields.error, about).toMatch(/./);
          continue;
        }
        let seen: unknown;
        await act(client, (req) => {
          seen = Object.getOwnPropertyDescriptor(req.session, name)?.value;
        });
        expect(seen, about).toEqual(value);
      }
    }
  });
});

test('a body that is kept whole is either kept or refused (property)', async () => {
  const { handler, act } = start();
  const key = fc.oneof(fc.constantFrom(...names), fc.string({ unit: 'binary', maxLength: 4 }));
  const own = new Set(names.slice(0, 10));

  await fc.assert(
    fc.asyncProperty(fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }), async (sent) => {
      const text = JSON.stringify(sent);
      const client = browser(handler);

      const answer = await act(client, (req) => Object.assign(req.session, JSON.parse(text)) && {}, {
        expect5xx: true,
      });

      const refused = Object.keys(JSON.parse(text)).some((name) => own.has(name));
      expect(answer.status).toBe(refused ? 500 : 200);
      if (refused) return;
      let seen = '';
      await act(client, (req) => {
        const { cookie: _cookie, ...data } = req.session;
        seen = JSON.stringify(Object.entries(data).sort());
      });
      expect(seen).toBe(JSON.stringify(Object.entries(JSON.parse(text)).sort()));
    }),
    { numRuns: 60 },
  );
});
