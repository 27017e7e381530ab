import { ObjectId } from 'bson';
import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexesOf } from '../../../lib/store/mongo/indexes.ts';
import { testClock } from '../../support/clock.ts';
import { fillWithOthers } from '../../support/crowd.ts';
import { mongoDatabase } from '../../support/database.ts';
import { withEmailCode } from '../../support/email-code.ts';
import { driveEveryOperation } from '../../support/every-operation.ts';
import { type ExplainedDatabase, type ExplainedQuery, explaining } from '../../support/explained.ts';
import { testInstances } from '../../support/instances.ts';
import { logoutToken, tell } from '../../support/logout-tokens.ts';
import { startLyingProvider } from '../../support/lying-provider.ts';
import { operations } from '../../support/observed-api.ts';
import { startProvider } from '../../support/oidc-provider.ts';
import { person, signedUp } from '../../support/person.ts';
import { providerPerson, signInBy } from '../../support/provider-visits.ts';

/** What others have in every collection: a query that scans looks at so many documents or more. */
const others = 3000;
/** Of the one who is driven: more than a page, and more than the 50 sessions that somebody may have. */
const ownEvents = 200;
const ownSessions = 55;

/** A server looks one key beyond each range of an index that it reads, and at each of a list that is not there. */
const keysBeside = 4;

/** Events that may be of one millisecond, on a fast machine. */
const ofOneMoment = 10;

/** Collections of which one user has few documents: 50 sessions, a token for each purpose and former address. */
const fewOfOneUser = ['sessions', 'tokens'];

/** What a query may look at: what it returns or changes, or the one document that the rest of its filter refuses. */
function mostDocuments({ command, collection, returned, ofUser }: ExplainedQuery): number {
  // On a server that reads the time only: the event with which the page before ended, and those of its moment.
  if (collection === 'events') return returned + ofOneMoment;
  // A session comes with its user.
  if (collection === 'sessions' && command === 'aggregate') return 2;
  return Math.max(1, returned, fewOfOneUser.includes(collection) ? ofUser : 0);
}

function scans(query: ExplainedQuery): boolean {
  const most = mostDocuments(query);
  return query.docsExamined > most || query.keysExamined > most + keysBeside + askedAtOnce(query);
}

/** How many documents the query names one by one; 0 where it names none or one. */
function askedAtOnce({ filter: { _id: id } }: ExplainedQuery): number {
  return id?.$in?.length ?? 0;
}

/** The mails of development, without an address: no deployed stage has that collection. */
const isOutbox = ({ collection, filter }: ExplainedQuery) =>
  collection === 'outbox' && Object.keys(filter).length === 0;

const { database, start } = testInstances('query scan');
let explained: ExplainedDatabase | undefined;
let driven: ReadonlySet<string>;

beforeAll(async () => {
  explained = await explaining(database);
  if (!explained) return;
  await fillWithOthers(database.db(), others);
  const clock = testClock();
  const activityBounds = { most: 2000, prunesNow: () => true };
  const options = { database: explained.database, now: clock.now, activityBounds };
  const provider = await startProvider();
  const environment = { ...withEmailCode, ...provider.environment() };
  const instance = start({ ...options, environment });
  const closed = start({ ...options, environment: { REQUIRE_VERIFIED_EMAIL: 'true' } });
  driven = await driveEveryOperation({
    instance,
    provider,
    closed,
    clock,
    live: (userId) => live(userId, clock.now()),
  });
  await provider.close();
  await signOutThere(explained.database);
  const people = await Promise.all(Array.from({ length: 20 }, () => signedUp({ instance })));
  await Promise.all(people.map((each) => each.status()));
}, 120_000);
afterAll(() => explained?.close());

/** Two browsers come by a provider, which says that one of those sessions has ended there, then that all have. */
async function signOutThere(behind: ExplainedDatabase['database']): Promise<void> {
  const provider = await startLyingProvider();
  const instance = start({ database: behind, environment: provider.environment() });
  const who = providerPerson();
  const browsers = [person({ instance }), person({ instance })];
  for (const [at, browser] of browsers.entries()) {
    provider.lies = { claims: { sid: `session ${at}` } };
    await signInBy(browser, provider, who);
  }
  const seen: number[][] = [];
  for (const claims of [{ sid: 'session 0' }, { sub: who.sub }]) {
    await tell(person({ instance }), await logoutToken(provider, claims));
    seen.push(await Promise.all(browsers.map((browser) => browser.status())));
  }
  expect(seen).toEqual([
    [401, 200],
    [401, 401],
  ]);
  await provider.close();
}

/** Gives somebody a past: events by the hundred, and more sessions than a user may have. */
async function live(userId: string, now: Date): Promise<void> {
  const ago = (at: number) => new Date(now.getTime() - at * 1000);
  const later = new Date(now.getTime() + 86_400_000);
  await database
    .db()
    .collection('events')
    .insertMany(
      Array.from({ length: ownEvents }, (_, at) => ({
        userId,
        type: 'sign_in',
        // Two of each second.
        at: ago(Math.floor(at / 2)),
        ip: null,
        userAgent: null,
        expiresAt: later,
      })),
    );
  await database
    .db()
    .collection<{ _id: string }>('sessions')
    .insertMany(
      Array.from({ length: ownSessions }, (_, at) => ({
        _id: `${userId} ${at}`,
        userId,
        createdAt: ago(at),
        lastSeenAt: ago(at),
        expires: later,
        session: {},
      })),
    );
}

const shapeOf = ({ collection, command, filter }: ExplainedQuery) =>
  `${collection}.${command} by ${Object.keys(filter).sort().join(', ') || 'nothing'}`;
describe('among thousands of other documents', () => {
  test('every operation of the product was driven', ({ skip }) => {
    skip(!explained, 'this server does not explain');
    expect([...driven].sort()).toEqual([...operations.keys()].sort());
  });

  test('every collection was asked', ({ skip }) => {
    skip(!explained, 'this server does not explain');
    const asked = new Set(explained?.queries.map(({ collection }) => collection));
    expect([...asked].sort()).toEqual([...indexesOf(start().config).keys()].sort());
  });

  test('sessions were asked for by many requests at once', ({ skip }) => {
    skip(!explained, 'this server does not explain');
    const most = Math.max(...(explained?.queries.map(askedAtOnce) ?? []));
    expect(most).toBeGreaterThan(5);
  });

  test('no query of a request looks at more documents than it returns or changes', ({ skip }) => {
    skip(!explained, 'this server does not explain');
    const found = explained?.queries.filter((query) => scans(query) && !isOutbox(query)) ?? [];
    expect(found.map((query) => ({ shape: shapeOf(query), ...query }))).toEqual([]);
  });
});

describe('a query that scans is noticed', () => {
  /** The same crowd, and no index. */
  const bare = mongoDatabase('query scan bare');
  beforeAll(() => fillWithOthers(bare.db(), others));
  afterAll(() => bare.drop());

  test.for([
    ['for want of an index', (db: Db) => db.collection('sessions').find({ userId: 'other 7' }).toArray()],
    ['by a field that has none', (db: Db) => db.collection('users').findOne({ name: 'nobody' })],
    [
      'in an update',
      (db: Db) => db.collection('users').updateOne({ name: 'nobody' }, { $set: { name: 'a' } }),
    ],
    [
      'by a field that few have',
      (db: Db) => db.collection('sessions').find({ providerSession: 'oidc:acme:of-nobody' }).toArray(),
    ],
    ['in a delete', (db: Db) => db.collection('limits').deleteMany({ points: 7 })],
    [
      'in the keys of an index',
      (db: Db) => db.collection('users').countDocuments({ _id: { $gt: '' as never } }),
    ],
  ] as const)('%s', async ([, ask], { skip, onTestFinished }) => {
    const watched = await explaining(bare);
    if (!watched) return skip('this server does not explain');
    onTestFinished(() => watched.close());
    const client = new MongoClient(watched.database.uri);
    onTestFinished(() => client.close());

    await ask(client.db(bare.name));

    expect(watched.queries.map(scans)).toEqual([true]);
  });
});

/** Collections that can be sharded, by the hash of `_id`; .github/SCALING.md says so. */
const sharded = ['sessions', 'limits', 'events', 'mail_jobs'];

/** Whether the filter says which documents by their shard key, so that no other shard is asked. */
function namesShardKey({ filter: { _id: id } }: ExplainedQuery): boolean {
  return typeof id === 'string' || id instanceof ObjectId || Array.isArray(id?.$in);
}

describe('sharded by the hash of _id', () => {
  test('only what is about all that one user has, or what administrators see, asks every shard', ({
    skip,
  }) => {
    skip(!explained, 'this server does not explain');
    const asking = explained?.queries.filter((query) => sharded.includes(query.collection)) ?? [];
    const everywhere = asking.filter((query) => !namesShardKey(query));
    const about = everywhere.map(({ collection, command, filter }) => {
      const [by] = typeof filter.userId === 'string' ? ['userId'] : Object.keys(filter);
      return `${collection}.${command} by ${by}`;
    });

    expect([...new Set(about)].sort()).toEqual([
      'events.delete by userId',
      // What administrators see of all accounts, a page at a time.
      'events.find by at',
      'events.find by type',
      'events.find by userId',
      'events.update by userId',
      // A range: the counters of an account, from every address.
      'limits.delete by _id',
      'sessions.delete by userId',
      'sessions.find by providerSession',
      'sessions.find by userId',
    ]);
  });

  test('a collection has no other unique index, which MongoDB would refuse', () => {
    const indexes = indexesOf(start().config);
    for (const collection of sharded)
      expect(indexes.get(collection)?.filter(({ unique }) => unique)).toEqual([]);
  });
});
