import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { administrator } from '../../support/administrators.ts';
import { testInstances } from '../../support/instances.ts';
import type { Person } from '../../support/person.ts';

/** How administrators find users. */

const { start, database } = testInstances('user search');
const own = randomBytes(5).toString('hex');
let ids: Record<string, string>;

/** By address, and by name. */
const people = {
  ada: [`${own}ada@mail.test`, 'Countess'],
  adam: [`${own}adam@mail.test`, `${own}ADA too`],
  eve: [`${own}eve@mail.test`, `${own}Ada of names`],
  zoe: [`${own}zoe@bücher.example`, `${own}ａｄａ with width`],
  none: [`${own}none@mail.test`, null],
} as const;

async function boss(): Promise<Person> {
  return administrator({ instance: start() });
}

async function find({ admin }: Person, query: Record<string, string>): Promise<string[][]> {
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  const pages: string[][] = [];
  for (let after: string | null = ''; after !== null; ) {
    const fields: URLSearchParams = new URLSearchParams({ ...query, ...(after && { after }) });
    const answer: { users: { id: string }[]; next: string | null } = (
      await admin.get(`/admin/users?${fields}`)
    ).json();
    pages.push(answer.users.map(({ id }) => names.get(id) ?? id));
    after = answer.next;
  }
  return pages;
}

beforeAll(async () => {
  await database.prepare();
  const { services } = start();
  const made = Object.entries(people).map(async ([key, [email, name]]) => {
    const draft = await services.users.draft({ email, name, passwordHash: undefined, createdAt: new Date() });
    await draft.store();
    return [key, draft.credentials.user.id];
  });
  ids = Object.fromEntries(await Promise.all(made));
  await services.administration.setRoles(undefined, ids.eve as string, ['editor']);
  await services.administration.disable(undefined, ids.adam as string);
});

describe('a search', () => {
  test('has those found by address first, then those found by name, each once', async () => {
    expect((await find(await boss(), { query: `${own}ada` })).flat()).toEqual(['ada', 'adam', 'eve', 'zoe']);
  });

  test.each(['1', '2', '3'])('loses and repeats nobody on pages of %s', async (limit) => {
    const pages = await find(await boss(), { query: `${own}ada`, limit });

    expect(pages.flat()).toEqual(['ada', 'adam', 'eve', 'zoe']);
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(Number(limit));
  });

  test('takes an address as people write it, in any case and script, and an id', async () => {
    const who = await boss();

    expect(await find(who, { query: ` ${own.toUpperCase()}EVE@mail.TEST ` })).toEqual([['eve']]);
    expect(await find(who, { query: `${own}zoe@BÜCHER.example` })).toEqual([['zoe']]);
    expect(await find(who, { query: ids.none as string })).toEqual([['none']]);
    expect(await find(who, { query: `${own}nobody` })).toEqual([[]]);
    expect(await find(who, { query: `${own}%` })).toEqual([[]]);
  });

  test('is only of a role, or of who is kept out', async () => {
    const who = await boss();

    expect((await find(who, { query: own, role: 'editor' })).flat()).toEqual(['eve']);
    expect((await find(who, { query: own, disabled: 'true' })).flat()).toEqual(['adam']);
    expect((await find(who, { query: `${own}ada`, disabled: 'false' })).flat()).toEqual([
      'ada',
      'eve',
      'zoe',
    ]);
    expect(await find(who, { query: ids.adam as string, disabled: 'false' })).toEqual([[]]);
  });

  test('for nothing has everybody, by address', async () => {
    const all = (await find(await boss(), { limit: '2' })).flat();

    expect(all.filter((each) => each in people)).toEqual(['ada', 'adam', 'eve', 'none', 'zoe']);
    expect(new Set(all).size).toBe(all.length);
  });

  test.each(['after=x', 'after=e.a', 'limit=101', 'role=Admin', 'disabled=yes', `query=${'x'.repeat(255)}`])(
    'refuses ?%s',
    async (query) => {
      const { admin } = await boss();

      expect((await admin.get(`/admin/users?${query}`)).json()).toMatchObject({ status: 422 });
    },
  );

  test.each(['e', 'n', 'e.x.', 'n.some-id.AAAA', 'e.some-id._w', 'n.some-id.____'])(
    'goes on from ?after=%s, which nobody was given',
    async (after) => {
      const { admin } = await boss();

      expect((await admin.get(`/admin/users?query=${own}&after=${after}`)).status).toBe(200);
    },
  );
});

test('nobody is found who has left', async () => {
  const who = await boss();
  await who.admin.delete(`/admin/users/${ids.none}`);

  expect((await find(who, { query: `${own}none` })).flat()).toEqual([]);
});
