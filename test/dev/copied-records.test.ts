import { afterAll, expect, test } from 'vitest';
import type { Kind } from '../../lib/store/contract.ts';
import { type CopiedRecord, copiedKinds } from '../../lib/store/copying.ts';
import { type DocumentForm, documentForms } from '../../lib/store/mongo/copied-documents.ts';
import { indexesOf } from '../../lib/store/mongo/indexes.ts';
import { dialectOf } from '../../lib/store/open-sql.ts';
import { recordNames } from '../../lib/store/record-names.ts';
import { createKnex } from '../../lib/store/sql/client.ts';
import { type RowForm, rowForms } from '../../lib/store/sql/copied-rows.ts';
import { fieldsOf } from '../../lib/store/sql/session-fields.ts';
import { copyDatabases } from '../support/copying.ts';

const { create, end } = copyDatabases();
afterAll(end);

/** What is in the database and copied by nobody. */
const ofNoKind = ['schema_migrations'];

/** What is made of the records of another table. */
const derived = ['identities', 'user_roles'];

/** The columns of each table that `npm run db:prepare` makes. */
async function preparedTables(): Promise<Map<string, string[]>> {
  const { config } = await create('sqlite');
  const knex = createKnex(config.databaseUrl, dialectOf('sqlite'), 1);
  try {
    const named = (await knex.raw("select name from sqlite_master where type = 'table'")) as {
      name: string;
    }[];
    const tables = new Map<string, string[]>();
    for (const { name } of named) tables.set(name, Object.keys(await knex(name).columnInfo()));
    return tables;
  } finally {
    await knex.destroy();
  }
}

const at = (ms: number) => new Date(1_700_000_000_000 + ms);
const marked = (id: string) => ({ id, expiresAt: at(1) });
const credentials = { password: 'a hash' };
const factors = {
  ...{ revision: 3, changedBy: 'a use' },
  totp: { secret: 'sealed', createdAt: at(20), usedStep: 57, lastUsedAt: at(21) },
  newTotp: { secret: 'sealed too', createdAt: at(22) },
  recoveryCodes: [{ salt: 'salt', hash: 'hash' }],
  passkeys: [
    {
      ...{ id: 'p', publicKey: 'cose', counter: 5, transports: ['usb'], name: 'Key' },
      ...{ backupEligible: true, backedUp: false, worksAlone: true, createdAt: at(23), lastUsedAt: at(24) },
    },
  ],
  identities: [
    { key: 'i', provider: 'google', issuer: 'https://id.test', subject: 'a number', linkedAt: at(25) },
  ],
};

/** One of each kind, with every field set. */
const samples: Record<Kind, CopiedRecord> = {
  events: {
    ...marked('6570f1a2b3c4d5e6f7a8b9c0'),
    mayArriveAgain: true,
    event: {
      userId: 'u',
      type: 'sign_in',
      by: 'v',
      about: 'w',
      at: at(2),
      ip: '::1',
      userAgent: 'a browser',
    },
  },
  users: {
    ...{ id: 'u', email: 'Ada@mail.test', emailKey: 'ada@mail.test', name: 'Ada', emailVerifiedAt: at(3) },
    ...{ nameKey: 'ada', language: 'de', roles: ['admin', 'editor'], rolesRevision: 3, disabledAt: at(26) },
    ...{
      createdAt: at(4),
      credentials: { ...credentials, factors },
      credentialsVersion: 7,
      credentialsChangedAt: at(5),
    },
    addressChanges: [{ version: 6, email: 'old@mail.test', at: at(6) }],
    ...{ lockedUntil: at(7), lockedBy: 'a change', changedBy: 'another' },
  },
  sessions: {
    ...{ id: 's', createdAt: at(8), lastSeenAt: at(9), expires: at(10), remember: false },
    signedIn: {
      ...{ userId: 'u', methods: [{ method: 'password', at: at(11) }], assurance: 2 },
      ...{ authenticatedAt: at(12), credentialsVersion: 7, ip: '::1', userAgent: 'a browser' },
    },
    providerSession: 'oidc:acme:a-hash',
    fields: fieldsOf({ cart: ['a'] }),
  },
  tokens: {
    ...{ tokenHash: 't', slot: 'spent:t', purpose: 'undo_email', userId: 'u', createdAt: at(13) },
    ...{ data: { email: 'old@mail.test', credentialsVersion: 7 }, expiresAt: at(14) },
    ...{ spent: { at: at(15), network: 'a network' }, claimedUntil: at(16), claimedBy: 'a claim' },
  },
  signUps: {
    ...{ ...marked('w'), email: 'Eve@mail.test', emailKey: 'eve@mail.test', name: 'Eve', credentials },
    language: 'en',
    createdAt: at(17),
  },
  repeats: { ...marked('r'), subject: 'u' },
  counters: { ...marked('c'), points: 3 },
  mailJobs: marked('m'),
  outbox: {
    ...{ ...marked('6570f1a2b3c4d5e6f7a8b9c1'), to: 'Ada@mail.test', toKey: 'ada@mail.test' },
    ...{ subject: 'Hello', text: 'text', html: '<p>', userId: 'u', sentAt: at(18) },
  },
};

test('every table of the schema is copied, and every collection', async () => {
  const tables = [...(await preparedTables()).keys()].filter(
    (name) => ![...ofNoKind, ...derived].includes(name),
  );
  const copied = copiedKinds.map((kind) => recordNames[kind]).sort();

  expect(copied).toEqual(tables.sort());
  expect(copied).toEqual([...indexesOf({ sessionCollection: 'sessions' }).keys()].sort());
});

test.each(copiedKinds)('every column of %s is copied, with its value', async (kind) => {
  const form = rowForms[kind] as RowForm;

  const row = form.toRow(samples[kind]);

  const columns = (await preparedTables()).get(recordNames[kind]) ?? [];
  expect(Object.keys(row).sort()).toEqual(columns.sort());
  // Nobody is a user and a seat at once.
  const empty = Object.keys(row).filter((column) => row[column] === null && column !== 'seat_expires_at');
  expect(empty).toEqual([]);
  expect(form.toRecord(row)).toEqual(samples[kind]);
});

test('every column of identities and roles is made of users', async () => {
  const rows = (rowForms.users as RowForm).besideOf?.(samples.users);
  const tables = await preparedTables();

  expect(rows).toEqual({
    identities: [{ identity_key: 'i', user_id: 'u' }],
    roles: [
      { role: 'admin', user_id: 'u' },
      { role: 'editor', user_id: 'u' },
    ],
  });
  expect(Object.keys(rows?.identities[0] ?? {}).sort()).toEqual(tables.get('identities')?.sort());
  expect(Object.keys(rows?.roles[0] ?? {}).sort()).toEqual(tables.get('user_roles')?.sort());
});

test.each(copiedKinds.filter((kind) => kind !== 'sessions'))('a document of %s says all', (kind) => {
  const form = documentForms[kind] as DocumentForm;

  expect(form.toRecord(form.toDocument(samples[kind]))).toEqual(samples[kind]);
});

test('a document of a session says all but the application’s data, whose form is its own', () => {
  const { sessions: form } = documentForms as Record<'sessions', DocumentForm>;
  const session = { ...samples.sessions, fields: new Map() };

  expect(form.toRecord(form.toDocument(session))).toEqual(session);
});

test.each([rowForms, documentForms])('a seat is nobody, and not copied', ({ users }) => {
  expect((users as RowForm).toRecord({ seatExpiresAt: at(1), seat_expires_at: 1 })).toBeNull();
});

test('events come first: they tell whether the target is in use before anything there is touched', () => {
  expect(copiedKinds[0]).toBe('events');
});
