import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../support/database.ts';
import { createClient, eventSource } from '../../support/events.ts';
import { startInstance } from '../../support/instance.ts';

const database = testDatabase('odd_text');
const instance = startInstance({ database });
const source = eventSource('HTTP API, payload 2.0');
beforeAll(() => database.prepare());
afterAll(async () => {
  await instance.end();
  await database.drop();
});

let people = 0;
const client = (userAgent?: string) =>
  createClient(instance.handlers.auth, source, userAgent === undefined ? {} : { userAgent });
const account = () => {
  people += 1;
  return { email: `ada.${people}@example.com`, password: 'a horse of 7 batteries, and no staple' };
};

test.for<[string, string]>([
  ['NUL', 'a\0b'],
  ['half of a character', 'a\ud800b'],
  ['a character of four bytes', '🦊'.repeat(40)],
  ['a backslash before a zero', 'a\\u0000b'],
  ['what ends a statement', `'; drop table users; --`],
])('%s in a name or a program is kept, or refused as the input that it is', async ([, text]) => {
  const named = await client().post('/auth/sign-up', { ...account(), name: text }, { expect5xx: true });
  const sent = await client(text).post('/auth/sign-up', account(), { expect5xx: true });

  for (const { status } of [named, sent]) expect([201, 400, 422]).toContain(status);
  if (named.status === 201) expect(named.json().user.name).toBe(text);
});

test.for<[string, string]>([
  ['NUL', '\0'],
  ['half of a character', '\ud800'],
  ['a blank', ' '],
  ['another letter of the same base', 'á'],
])('an address with %s is none of another account', async ([, odd]) => {
  const owner = account();
  await client().post('/auth/sign-up', owner);
  const [name = '', host = ''] = owner.email.split('@');

  for (const email of [`${name}${odd}@${host}`, owner.email.replace('a', odd), `${owner.email}${odd}x`]) {
    const answer = await client().post('/auth/sign-in', { ...owner, email }, { expect5xx: true });
    expect([400, 401, 422]).toContain(answer.status);
  }
});

test.for(['Ada', 'áda', 'adä', 'ada\u200b', 'ａda'])(
  'what the database compares it compares byte by byte: %s is not ada',
  async (other) => {
    const { store } = instance.services;
    const now = new Date();
    const expiresAt = new Date(now.getTime() + 60_000);
    const made = async (text: string) => {
      const id = await store.users.takeSeat(now);
      const user = {
        email: text,
        emailKey: text,
        name: null,
        nameKey: null,
        language: null,
        roles: [],
        credentials: {},
        createdAt: now,
        emailVerifiedAt: null,
      };
      return store.users.fillSeat(id, user);
    };
    const unique = `${other}.${now.getTime()}`;
    const plain = `ada.${now.getTime()}`;
    await made(plain);
    await store.repeats.put(plain, 'one', expiresAt);
    await store.counters.add(plain, 60);

    expect(await store.users.isTaken(unique)).toBe(false);
    expect(await made(unique)).toBe(true);
    expect(await store.repeats.find(unique, now)).toBeNull();
    expect(await store.counters.read([unique])).toEqual([{ count: 0, secondsLeft: 0 }]);
  },
);
