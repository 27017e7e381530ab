import { createHash } from 'node:crypto';
import { BSON, MongoClient, ObjectId } from 'mongodb';
import { afterAll, afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { batch } from '../../lib/dev/copy/copied-range.ts';
import { type CopyStoreOptions, copyStore } from '../../lib/dev/copy/copy-store.ts';
import { guardedSide, SideError } from '../../lib/dev/copy/guarded-side.ts';
import type { CopiedRecords, CopySide } from '../../lib/store/copying.ts';
import { openStore } from '../../lib/store/open-store.ts';
import type { IdentityRecord } from '../../lib/store/records.ts';
import { following, noFactors } from '../../lib/users/factors.ts';
import { identityRecord } from '../../lib/users/identity.ts';
import { addUser } from '../store/contract/new-user.ts';
import { changed, confirmed, userOf } from '../support/addresses.ts';
import { type CopyDatabase, copyDatabases } from '../support/copying.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import {
  newAddress,
  otherPassword,
  type Person,
  person,
  signedUp,
  strongPassword,
} from '../support/person.ts';
import { postgresServer } from '../support/postgres-server.ts';

const { create, end } = copyDatabases();
const running: Instance[] = [];
const start = (database: CopyDatabase): Instance => {
  const instance = startInstance({ database });
  running.push(instance);
  return instance;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.end()));
});
afterAll(end);

type Given = Pick<CopyStoreOptions, 'from' | 'to'> & Partial<CopyStoreOptions>;

/** One run; what it says is in `said`. */
async function run({ from, to, ...options }: Given) {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const usual = { source: 'of the test', say, progress: () => undefined, mayGoOn: () => true };
  const outcome = await copyStore({
    ...usual,
    ...options,
    from: guardedSide('--from', from),
    to: guardedSide('--to', to),
  });
  return { ...outcome, said };
}

const countsOf = ({ counts }: Awaited<ReturnType<typeof run>>, kind: string) =>
  counts.find((each) => each.kind === kind);

const inFrontOf = (database: CopyDatabase, someone: Person) =>
  someone.elsewhere({ instance: start(database), cookies: someone.cookies });

const hour = 3_600_000;

function session(fields: CopiedRecords['sessions']['fields'], id: string): CopiedRecords['sessions'] {
  const now = Date.now();
  return { id, createdAt: new Date(now), lastSeenAt: new Date(now), expires: new Date(now + hour), fields };
}

const idOf = (at: number) => createHash('sha256').update(String(at)).digest('hex');

/** Sessions of nobody, by the hash of their number. */
async function fill(side: CopySide, count: number, data: object = { cart: ['a', 1] }): Promise<void> {
  const fields = side.fields.fieldsOf(data);
  for (let at = 0; at < count; at += batch) {
    const some = Array.from({ length: Math.min(batch, count - at) }, (_, each) =>
      session(fields, idOf(at + each)),
    );
    await side.insert('sessions', some);
  }
}

/** A side that fails at its so many-th step, before it was done or after. */
function failingAt(side: CopySide, step: number, when: 'before' | 'after'): CopySide {
  let steps = 0;
  const failing =
    <A extends unknown[], R>(method: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      steps += 1;
      const isTheOne = steps === step;
      if (isTheOne && when === 'before') throw new Error('cut');
      const result = await method(...given);
      if (isTheOne) throw new Error('cut');
      return result;
    };
  return {
    ...side,
    read: failing(side.read),
    insert: failing(side.insert),
    remove: failing(side.remove),
    putMark: failing(side.putMark),
    removeMark: failing(side.removeMark),
    isRefusal: () => false,
    hintOf: () => undefined,
  };
}

describe('a copy that was cut', () => {
  test.each(['before', 'after'] as const)(
    'at any step, %s it was done, is completed by the next run',
    async (when) => {
      const [from, to] = [await create('sqlite'), await create('mongodb')];
      const instance = start(from);
      const ada = await signedUp({ instance });
      await fill(from.side(), 2 * batch + 10);
      let cuts = 0;
      let isMarked = false;
      let outcome: Awaited<ReturnType<typeof run>> | undefined;

      // Each run goes on from what all runs before have left.
      while (!outcome) {
        const at = failingAt(to.side(), cuts + 1, when);
        outcome = await run({ from: from.side(), to: at }).catch((error: unknown) => {
          expect(error).toBeInstanceOf(SideError);
          cuts += 1;
          return undefined;
        });
        // The very last step takes the mark away: after it all is done.
        if (isMarked && !(await to.side().readMark())) break;
        isMarked = (await to.side().readMark()) !== null;
      }

      expect(cuts).toBeGreaterThan(25);
      if (outcome) {
        expect(outcome.isComplete).toBe(true);
        expect(countsOf(outcome, 'sessions')).toMatchObject({
          source: 2 * batch + 11,
          target: 2 * batch + 11,
        });
      }
      expect(await inFrontOf(to, ada).status()).toBe(200);
      expect(await to.side().readMark()).toBeNull();
    },
  );

  test('leaves the mark, by which a copy of another source is refused', async () => {
    const [from, other, to] = [await create('sqlite'), await create('sqlite'), await create('sqlite')];
    await fill(from.side(), 10);
    await expect(run({ from: from.side(), to: failingAt(to.side(), 22, 'after') })).rejects.toThrow(
      /--to failed/,
    );

    await expect(run({ from: other.side(), to: to.side(), source: 'another' })).rejects.toThrow(
      /a part of a copy of another database/,
    );
    await expect(run({ from: to.side(), to: other.side(), source: 'the copy' })).rejects.toThrow(
      /--from is itself a copy that is not complete/,
    );
    expect((await run({ from: from.side(), to: to.side() })).isComplete).toBe(true);
  });

  test('is stopped between two batches, and goes on', async () => {
    const [from, to] = [await create('sqlite'), await create('sqlite')];
    await fill(from.side(), 3 * batch);
    let done = 0;
    const progress: CopyStoreOptions['progress'] = (what, records) => {
      if (what === 'copying sessions') done = records;
    };

    await expect(
      run({ from: from.side(), to: to.side(), progress, mayGoOn: () => done < batch }),
    ).rejects.toThrow('Stopped.');

    expect(done).toBe(batch);
    expect((await to.side().read('sessions', { most: 3 * batch })).length).toBe(batch);
    expect((await run({ from: from.side(), to: to.side() })).isComplete).toBe(true);
  });
});

describe.each([
  ['mongodb', 'sqlite'],
  ['sqlite', 'mongodb'],
] as const)('a source that goes on living, from %s to %s', (fromKind, toKind) => {
  /** A run in which something happens at the source when it was copied, and is not compared yet. */
  async function runWhile(from: CopyDatabase, to: CopyDatabase, happens: () => Promise<unknown>) {
    const side = from.side();
    let isOver = false;
    let happening: Promise<unknown> | undefined;
    const progress: CopyStoreOptions['progress'] = (what, _records, isDone) => {
      isOver = what === 'copying outbox' && isDone;
      if (isOver) happening ??= happens();
    };
    const waiting: CopySide = {
      ...side,
      read: async (...given) => {
        await happening;
        return side.read(...given);
      },
    };
    return run({ from: waiting, to: to.side(), progress });
  }

  test('is told, and the run after that brings all that changed and takes out all that is gone', async () => {
    const [from, to] = [await create(fromKind), await create(toKind)];
    const instance = start(from);
    const [ada, bob, carl, dora] = [
      await signedUp({ instance }),
      await signedUp({ instance }),
      await signedUp({ instance }),
      await signedUp({ instance }),
    ];
    const bobElsewhere = bob.elsewhere();
    await bobElsewhere.signIn();
    await confirmed(instance, dora);
    const adasCookies = ada.cookies.all();
    const newEmail = newAddress('dora.new');
    const eve = person({ instance, email: dora.email });

    const first = await runWhile(from, to, async () => {
      await ada.auth.post('/auth/sign-out');
      await bob.account.post('/account/password', {
        currentPassword: strongPassword,
        newPassword: otherPassword,
      });
      await carl.account.delete('/account', { currentPassword: strongPassword });
      await changed(instance, dora, newEmail);
      // Her address of before is free now, and somebody else takes it.
      await eve.signUp();
    });
    const second = await run({ from: from.side(), to: to.side() });

    expect(first.isComplete).toBe(false);
    expect(countsOf(first, 'sessions')?.differing).toBeGreaterThanOrEqual(3);
    expect(second.isComplete).toBe(true);
    for (const [name, value] of Object.entries(adasCookies)) ada.cookies.set(name, value);
    expect(await inFrontOf(to, ada).status()).toBe(401);
    expect(await inFrontOf(to, bob).status()).toBe(200);
    expect(await inFrontOf(to, bobElsewhere).status()).toBe(401);
    expect((await inFrontOf(to, bob.elsewhere()).signIn(otherPassword)).status).toBe(200);
    expect((await inFrontOf(to, carl.elsewhere()).signIn()).status).toBe(401);
    expect((await userOf(inFrontOf(to, dora))).email).toBe(newEmail);
    expect((await userOf(inFrontOf(to, eve))).email).toBe(eve.email);
  });

  test('identities that two users have exchanged since are whose they are now, whoever of them is copied first', async () => {
    const [from, to] = [await create(fromKind), await create(toKind)];
    const { users, close } = openStore(from.config);
    const target = openStore(to.config);
    onTestFinished(async () => void (await Promise.all([close(), target.close()])));
    const identityOf = (subject: string) =>
      identityRecord({ provider: 'google', issuer: 'https://id.test', subject, linkedAt: new Date() });
    const [one, two] = [identityOf('one'), identityOf('two')];
    const [ada, bob] = [await addUser(users), await addUser(users)];
    const link = async (id: string, revision: number, identities: IdentityRecord[]) => {
      const at = new Date();
      await users.takeLock(id, {}, { by: 'me', at, until: new Date(at.getTime() + hour) });
      const recoveryCodes = revision === 0 ? [] : [{ salt: 's', hash: 'h' }];
      const to = following({ ...noFactors, revision }, { recoveryCodes, identities });
      expect(await users.changeUnderLock(id, 'me', { at, factors: { from: revision, to } })).toBe('changed');
    };
    await link(ada.id, 0, [one]);
    await link(bob.id, 0, [two]);
    const ownersAtTarget = () =>
      Promise.all([one, two].map(async ({ key }) => (await target.users.findByIdentity(key))?.id));

    const first = await runWhile(from, to, async () => {
      expect(await ownersAtTarget()).toEqual([ada.id, bob.id]);
      await link(ada.id, 1, []);
      await link(bob.id, 1, [one]);
      await link(ada.id, 2, [two]);
    });
    const second = await run({ from: from.side(), to: to.side() });

    expect([first.isComplete, second.isComplete]).toEqual([false, true]);
    expect(await ownersAtTarget()).toEqual([bob.id, ada.id]);
  });

  test('a target that people have used meanwhile is refused, and stays as it is', async () => {
    const [from, to] = [await create(fromKind), await create(toKind)];
    const instance = start(from);
    const ada = await signedUp({ instance });
    const first = await runWhile(from, to, () => signedUp({ instance }));
    expect(first.isComplete).toBe(false);
    const there = await signedUp({ instance: start(to) });
    const back = ada.elsewhere({ instance: start(to) });
    await back.signIn();

    await expect(run({ from: from.side(), to: to.side() })).rejects.toThrow(/--to is in use/);

    expect(await there.status()).toBe(200);
    expect(await back.status()).toBe(200);
  });
});

test.each(['mongodb', 'sqlite'] as const)(
  'a user of %s who has an address or identity that a copied one has by now gives its place up',
  async (kind) => {
    const [from, to] = [await create('sqlite'), await create(kind)];
    const { users, close } = openStore(from.config);
    onTestFinished(close);
    const linkedAt = new Date();
    const identityOf = (subject: string) =>
      identityRecord({ provider: 'google', issuer: 'https://id.test', subject, linkedAt });
    const userWith = async (...identities: IdentityRecord[]) => {
      const { id } = await addUser(users, { credentials: { factors: following(noFactors, { identities }) } });
      const [entry] = (await from.side().read('users', { upTo: id, most: 100 })).slice(-1);
      return entry?.record as CopiedRecords['users'];
    };
    const [moved, other] = [identityOf('moved'), identityOf('other')];
    const former = await userWith(identityOf('first'), moved);
    const bystander = await userWith(other);
    const { id, credentials, ...rest } = bystander;
    const target = to.side();
    await target.insert('users', [former, bystander]);

    const owner = { ...former, id: 'owner', email: 'o@mail.test', emailKey: 'o@mail.test' };
    owner.credentials = { factors: following(noFactors, { identities: [moved] }) };
    await target.insert('users', [owner]);
    const renamed = { ...rest, id: 'renamed', credentials: {} };
    await target.insert('users', [renamed]);

    const left = (await target.read('users', { most: 10 })).map(({ key }) => key);
    expect(left.sort()).toEqual(['owner', 'renamed']);
    // Nothing of those who gave their places up keeps an identity from anybody.
    const next = { ...rest, id, email: 'n@mail.test', emailKey: 'n@mail.test', credentials };
    await target.insert('users', [next]);
    expect(await target.read('users', { most: 10 })).toHaveLength(3);
  },
);

describe('what the target cannot keep', () => {
  const unkeepable = {
    'an ObjectId': { nested: [{ of: new ObjectId() }] },
    'a UUID': { value: new BSON.UUID() },
    'a number beyond safe ones': { value: BSON.Long.fromString('9007199254740993') },
  };

  test.each(Object.entries(unkeepable))(
    'a session with %s is left out, and said with its key',
    async (_what, data) => {
      const [from, to, again] = [await create('mongodb'), await create('sqlite'), await create('mongodb')];
      const side = from.side();
      await fill(side, 20);
      await side.insert('sessions', [session(side.fields.fieldsOf({ fine: 1, ...data }), 'odd')]);

      const outcome = await run({ from: side, to: to.side() });
      const [key = ''] = Object.keys(data);

      expect(outcome.said).toEqual([`  left out: sessions odd: the value of "${key}" cannot be kept`]);
      expect(countsOf(outcome, 'sessions')).toEqual({
        ...{ kind: 'sessions', source: 21, target: 20, leftOut: 1, differing: 0 },
      });
      expect(outcome.isComplete).toBe(true);
      // Another MongoDB keeps it as it is.
      expect((await run({ from: side, to: again.side() })).said).toEqual([]);
      const [kept] = await again.side().read('sessions', { after: 'oda', upTo: 'odd', most: 2 });
      const fields = (kept?.record as CopiedRecords['sessions'] | undefined)?.fields ?? new Map();
      expect(side.fields.dataOf(fields)).toEqual({ fine: 1, ...data });
    },
  );

  test('is said twenty times at most, and counted', async () => {
    const [from, to] = [await create('mongodb'), await create('sqlite')];
    await fill(from.side(), 700, { value: new ObjectId() });

    const outcome = await run({ from: from.side(), to: to.side() });

    expect(outcome.said).toHaveLength(21);
    expect(countsOf(outcome, 'sessions')).toMatchObject({
      source: 700,
      target: 0,
      leftOut: 700,
      differing: 0,
    });
  });

  test('a record that the database refuses is left out alone: of a user the copy is not complete', async ({
    skip,
  }) => {
    const postgres = await postgresServer();
    if ('whyNot' in postgres) return skip(postgres.whyNot);
    const [from, to] = [await create('mongodb'), await create('postgres', postgres.url)];
    const side = from.side();
    const ada = await signedUp({ instance: start(from) });
    const [there] = await side.read('users', { most: 1 });
    const user = there?.record as CopiedRecords['users'];
    // PostgreSQL has no NUL in a text.
    const odd = { ...user, id: 'odd', email: 'odd@mail.test', emailKey: 'odd@mail.test', name: 'a\0b' };
    await side.insert('users', [odd]);

    const outcome = await run({ from: side, to: to.side() });

    expect(outcome.said).toEqual(['  left out: users odd: the database refuses it (22021)']);
    expect(countsOf(outcome, 'users')).toMatchObject({ source: 2, target: 1, leftOut: 1, differing: 0 });
    expect(outcome.isComplete).toBe(false);
    expect(await inFrontOf(to, ada).status()).toBe(200);
    await side.remove('users', ['odd']);
    expect((await run({ from: side, to: to.side() })).isComplete).toBe(true);
  });
});

test('what is stored and no such record is left out, and stops nothing', async () => {
  const [from, to] = [await create('mongodb'), await create('sqlite')];
  const side = from.side();
  await fill(side, 3);
  const client = new MongoClient(from.uri);
  const sessions = client.db(from.name).collection<{ _id: string; expires: Date }>('sessions');
  await sessions.insertOne({ _id: 'broken', expires: new Date(Date.now() + hour) });
  await client.close();

  const outcome = await run({ from: side, to: to.side() });

  expect(outcome.said).toEqual(['  left out: sessions broken: what is stored is no such record']);
  expect(countsOf(outcome, 'sessions')).toMatchObject({ source: 4, target: 3, leftOut: 1, differing: 0 });
});

test('what is over is not copied', async () => {
  const [from, to] = [await create('sqlite'), await create('sqlite')];
  const [source, target] = [from.side(), to.side()];
  const expiresAt = new Date(Date.now() - 1);
  await source.insert('sessions', [{ ...session(new Map(), 'over'), expires: expiresAt }]);
  await source.insert('mailJobs', [{ id: 'over', expiresAt }]);
  await source.insert('counters', [{ id: 'over', points: 5, expiresAt }]);
  await fill(source, 3);

  const outcome = await run({ from: source, to: target });

  expect(outcome.isComplete).toBe(true);
  for (const [kind, count] of [['sessions', 3] as const, ['mailJobs', 0] as const, ['counters', 0] as const])
    expect(await target.read(kind, { most: 10 })).toHaveLength(count);
});

test('20,000 sessions are read and written in batches, no more of them at once', async () => {
  const [from, to] = [await create('sqlite'), await create('sqlite')];
  await fill(from.side(), 20_000);
  let most = 0;
  const watched = (side: CopySide): CopySide => ({
    ...side,
    read: async (kind, range) => {
      const entries = await side.read(kind, range);
      most = Math.max(most, range.most, entries.length);
      return entries;
    },
    insert: (kind, records) => {
      most = Math.max(most, records.length);
      return side.insert(kind, records);
    },
  });

  const outcome = await run({ from: watched(from.side()), to: watched(to.side()) });

  expect(most).toBe(batch);
  expect(countsOf(outcome, 'sessions')).toMatchObject({ source: 20_000, target: 20_000, differing: 0 });
  expect(outcome.isComplete).toBe(true);
});

test('a side that is silent is given up', async () => {
  const [from, to] = [await create('sqlite'), await create('sqlite')];
  const silent = { ...to.side(), insert: () => new Promise<void>(() => undefined) };
  await fill(from.side(), 1);
  const options = { source: 'a', say: () => undefined, progress: () => undefined, mayGoOn: () => true };

  const copying = copyStore({ ...options, from: from.side(), to: guardedSide('--to', silent, 50) });

  await expect(copying).rejects.toThrow('the database of --to failed (TimeoutError)');
});
