import {
  Binary,
  BSONRegExp,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb';
import { afterAll, describe, expect, test } from 'vitest';
import {
  badQueries,
  documents,
  projected,
  projections,
  queries,
  sorts,
} from './support/conformance/queries.ts';
import { arithmetic, badUpdates, updates } from './support/conformance/updates.ts';
import { testDatabase } from './support/database.ts';

const database = testDatabase('conformance');
let collections = 0;

interface Loose extends Document {
  _id: number;
}

/** A collection of its own, with `content`; documents of any shape. */
async function collectionWith(...content: Document[]) {
  const collection = database.db().collection<Loose>(`case_${collections++}`);
  if (content.length > 0) await collection.insertMany(content as never);
  return collection;
}

/** The error of a promise that must not be kept. */
async function errorOf(promise: Promise<unknown>): Promise<Document> {
  return promise.then(
    (value) => Promise.reject(new Error(`expected an error, got ${JSON.stringify(value)}`)),
    (error: Document) => error,
  );
}

afterAll(() => database.drop());

describe('commands', () => {
  test('answers ping and hello', async () => {
    const admin = database.db().admin();
    expect(await admin.ping()).toMatchObject({ ok: 1 });
    const hello = await admin.command({ hello: 1 });
    expect(hello).toMatchObject({ isWritablePrimary: true, maxBsonObjectSize: 16 * 1024 * 1024 });
    expect(hello.maxWireVersion).toBeGreaterThanOrEqual(9);
  });

  test('an unknown command is an error that names it', async () => {
    const error = await errorOf(database.db().command({ noSuchThing: 1 }));
    expect(error).toMatchObject({ code: 59 });
    expect(error.message).toContain('noSuchThing');
  });

  test('an unknown field of a command is an error, not ignored', async () => {
    const { collectionName } = await collectionWith({ _id: 1 });
    const error = await errorOf(database.db().command({ find: collectionName, filtre: {} }));
    expect(error.message).toContain('filtre');
  });

  test('lists collections by name, and drops them', async () => {
    const { collectionName } = await collectionWith({ _id: 1 });
    const named = () => database.db().listCollections({ name: collectionName }).toArray();
    expect(await named()).toMatchObject([{ name: collectionName, type: 'collection' }]);
    expect(await database.db().dropCollection(collectionName)).toBe(true);
    expect(await named()).toEqual([]);
  });
});

describe('queries', async () => {
  const collection = await collectionWith(...documents);

  test.each(queries)('find %s', async (_name, filter, ids) => {
    const found = await collection.find(filter).sort({ _id: 1 }).project({ _id: 1 }).toArray();
    expect(found.map(({ _id }) => _id)).toEqual(ids);
  });

  test.each(queries)('count and delete %s', async (_name, filter, ids) => {
    const copy = await collectionWith(...documents);
    expect(await copy.countDocuments(filter)).toBe(ids.length);
    expect(await copy.deleteMany(filter)).toMatchObject({ deletedCount: ids.length });
    expect(await copy.countDocuments()).toBe(documents.length - ids.length);
  });

  test.each(badQueries)('%s is an error', async (_name, filter, code) => {
    expect(await errorOf(collection.find(filter).toArray())).toMatchObject({ code });
    expect(await errorOf(collection.deleteMany(filter))).toMatchObject({ code });
  });

  test.each(sorts)('sort by %s', async (_name, sort, ids) => {
    const found = await collection
      .find()
      .sort(sort as never)
      .toArray();
    expect(found.map(({ _id }) => _id)).toEqual(ids);
  });

  test('skip, limit and sort together', async () => {
    const found = await collection
      .find({ _id: { $gt: 2 } })
      .sort({ _id: -1 })
      .skip(1)
      .limit(3)
      .toArray();
    expect(found.map(({ _id }) => _id)).toEqual([7, 6, 5]);
  });

  test('a variable in a query', async () => {
    const filter = { $expr: { $eq: ['$_id', '$$wanted'] } };
    const found = await collection.find(filter, { let: { wanted: 2 } }).toArray();
    expect(found.map(({ _id }) => _id)).toEqual([2]);
  });

  test('comes in batches, as many as asked for', async () => {
    const many = await collectionWith(...Array.from({ length: 250 }, (_, at) => ({ _id: at })));
    const cursor = many.find().sort({ _id: 1 }).batchSize(40);
    const ids: unknown[] = [];
    for await (const { _id } of cursor) ids.push(_id);
    expect(ids).toEqual(Array.from({ length: 250 }, (_, at) => at));
    expect(await many.find().toArray()).toHaveLength(250);
    expect(await many.find().limit(120).toArray()).toHaveLength(120);
  });

  test('a cursor that is closed can not be read on', async () => {
    const many = await collectionWith(...Array.from({ length: 10 }, (_, at) => ({ _id: at })));
    const command = (body: Document) => database.db().command(body, { promoteLongs: false });
    const { cursor } = await command({ find: many.collectionName, batchSize: 2 });
    expect(cursor.firstBatch).toHaveLength(2);
    const killed = await command({ killCursors: many.collectionName, cursors: [cursor.id] });
    expect(killed.cursorsKilled).toEqual([cursor.id]);
    const next = command({ getMore: cursor.id, collection: many.collectionName });
    expect(await errorOf(next)).toMatchObject({ code: 43 });
  });

  test('distinct values, of arrays their elements', async () => {
    const values = await collectionWith({ a: 2 }, { a: [1, 2, 'x'] }, { b: 1 }, { a: null });
    expect(new Set(await values.distinct('a'))).toEqual(new Set([null, 1, 2, 'x']));
    expect(new Set(await values.distinct('a', { a: { $gt: 1 } }))).toEqual(new Set([1, 2, 'x']));
  });

  test('counts, by an estimate too', async () => {
    expect(await collection.estimatedDocumentCount()).toBe(documents.length);
    expect(await collection.countDocuments({ _id: { $gt: 2 } }, { skip: 1, limit: 3 })).toBe(3);
    expect(await collection.countDocuments({ nothing: true })).toBe(0);
  });

  test('aggregates: match, sort, skip, limit, project, count, group', async () => {
    const stages = [{ $match: { _id: { $lte: 4 } } }, { $sort: { _id: -1 } }, { $skip: 1 }, { $limit: 2 }];
    expect(await collection.aggregate([...stages, { $project: { s: 1 } }]).toArray()).toEqual([
      { _id: 3, s: null },
      { _id: 2, s: 'Banana' },
    ]);
    expect(await collection.aggregate([...stages, { $count: 'n' }]).toArray()).toEqual([{ n: 2 }]);
    const group = { _id: '$flag', n: { $sum: 1 }, last: { $max: '$_id' } };
    const groups = await collection.aggregate([{ $group: group }, { $sort: { _id: 1 } }]).toArray();
    expect(groups).toEqual([
      { _id: null, n: 6, last: 8 },
      { _id: false, n: 1, last: 2 },
      { _id: true, n: 1, last: 1 },
    ]);
  });
});

describe('projections', async () => {
  const collection = await collectionWith(projected);

  test.each(projections)('%s', async (_name, projection, document) => {
    const found = await collection.findOne({}, { projection });
    expect(found).toEqual(document);
    expect(Object.keys(found ?? {})).toEqual(Object.keys(document));
  });

  test('a mixture of both kinds is an error', async () => {
    expect(await errorOf(collection.findOne({}, { projection: { a: 1, b: 0 } }))).toMatchObject({
      code: 31254,
    });
    expect(await errorOf(collection.findOne({}, { projection: { a: 0, b: 1 } }))).toMatchObject({
      code: 31253,
    });
    expect(await errorOf(collection.findOne({}, { projection: { b: 1, 'b.c': 1 } }))).toMatchObject({
      code: 31249,
    });
  });
});

describe('values', () => {
  const values: [name: string, value: unknown][] = [
    ['an int', new Int32(5)],
    ['a long', Long.fromNumber(5)],
    ['a double without a fraction', new Double(5)],
    ['a double', new Double(-0.5)],
    ['a string with every kind of letter', 'aé\u0000€😀'],
    ['a date', new Date(-1)],
    ['an ObjectId', new ObjectId('65a000000000000000000001')],
    ['bytes', new Binary(Buffer.from([0, 255, 1]), 0)],
    ['a UUID', new Binary(Buffer.alloc(16, 7), 4)],
    ['a regular expression', new BSONRegExp('a.c', 'im')],
    ['a timestamp', new Timestamp({ t: 5, i: 6 })],
    ['the least key', new MinKey()],
    ['the greatest key', new MaxKey()],
    ['null', null],
    ['a boolean', false],
    ['nested arrays', [[new Int32(1)], [], [{ a: null }]]],
    ['names with dots and dollars', { 'a.b': new Int32(1), $c: new Int32(2), __proto__x: new Int32(3) }],
  ];
  const exact = { promoteValues: false, bsonRegExp: true };

  test.each(values)('%s comes back as it was', async (_name, value) => {
    const collection = await collectionWith({ _id: 1, value, other: new Int32(1) });
    expect((await collection.findOne({ _id: 1 }, exact))?.value).toEqual(value);
    await collection.updateOne({ _id: 1 }, { $set: { other: new Int32(2) } });
    expect((await collection.findOne({ _id: 1 }, exact))?.value).toEqual(value);
  });

  test('fields keep their order, also number-like and new ones', async () => {
    const fields = new Map<string, unknown>([
      ['_id', 1],
      ['b', 1],
      ['10', 1],
      ['a', 1],
      ['9', 1],
    ]);
    const collection = await collectionWith(fields as never);
    await collection.updateOne({}, { $set: { z: 1, c: 1, '7': 1, b: 2 } });
    const raw = await collection.findOne<Buffer>({}, { raw: true });
    // In BSON a name ends with a NUL, after the byte that says that an int follows.
    const names = (raw?.toString('latin1') ?? '').split(String.fromCharCode(16)).slice(1);
    const ints = names.map((rest) => rest.split(String.fromCharCode(0))[0]);
    expect(ints).toEqual(['_id', 'b', '10', 'a', '9', '7', 'c', 'z']);
  });

  test('_id comes first, and is made where there is none', async () => {
    const collection = await collectionWith({ a: 1, _id: 5 });
    await collection.insertOne({ a: 2 } as never, { forceServerObjectId: true });
    const [given, made] = await collection.find().sort({ a: 1 }).toArray();
    expect(Object.keys(given ?? {})).toEqual(['_id', 'a']);
    expect(made?._id).toBeInstanceOf(ObjectId);
  });

  test('a document over 16 MiB is refused, whether put or grown', async () => {
    const collection = await collectionWith({ _id: 1, a: 'x'.repeat(9_000_000) });
    expect(
      await errorOf(collection.updateOne({ _id: 1 }, { $set: { b: 'y'.repeat(9_000_000) } })),
    ).toBeDefined();
    expect(await collection.findOne({ _id: 1 }, { projection: { a: 0 } })).toEqual({ _id: 1 });
  });
});

describe('inserts', () => {
  test('a duplicate names its collection, index, pattern and value', async () => {
    const collection = await collectionWith({ _id: 1 });
    const error = await errorOf(collection.insertOne({ _id: 1 }));
    expect(error).toMatchObject({ code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 1 } });
    expect(error.message).toContain(
      `E11000 duplicate key error collection: ${database.name}.${collection.collectionName} index: _id_ dup key: { _id: 1 }`,
    );
  });

  test('an equal number of another type is the same _id', async () => {
    const collection = await collectionWith({ _id: new Int32(1) });
    expect(await errorOf(collection.insertOne({ _id: new Double(1) } as never))).toMatchObject({
      code: 11000,
    });
    expect(await errorOf(collection.insertOne({ _id: Long.fromNumber(1) } as never))).toMatchObject({
      code: 11000,
    });
  });

  test('ordered ones end at the first error, unordered ones go on', async () => {
    const many = [{ _id: 1 }, { _id: 1 }, { _id: 2 }, { _id: 2 }, { _id: 3 }];
    const ordered = await collectionWith();
    expect(await errorOf(ordered.insertMany(many))).toMatchObject({ code: 11000, insertedCount: 1 });
    expect(await ordered.countDocuments()).toBe(1);
    const unordered = await collectionWith();
    const error = await errorOf(unordered.insertMany(many, { ordered: false }));
    expect(error).toMatchObject({ code: 11000, insertedCount: 3 });
    expect(error.writeErrors.map(({ index }: { index: number }) => index)).toEqual([1, 3]);
    expect(await unordered.countDocuments()).toBe(3);
  });

  test('an _id that is an array or holds operators is refused', async () => {
    const collection = await collectionWith();
    expect(await errorOf(collection.insertOne({ _id: [1] } as never))).toBeDefined();
    expect(await errorOf(collection.insertOne({ _id: { $a: 1 } } as never))).toBeDefined();
    expect(await collection.countDocuments()).toBe(0);
  });

  test('of many at once with the same key one wins', async () => {
    const collection = await collectionWith();
    await collection.createIndex({ email: 1 }, { unique: true });
    const tries = Array.from({ length: 20 }, (_, n) =>
      collection.insertOne({ _id: n, email: 'a@example.com' }),
    );
    const kept = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
    expect(kept).toHaveLength(1);
    expect(await collection.countDocuments()).toBe(1);
  });

  test('what is not acknowledged is done all the same', async () => {
    const { collectionName } = await collectionWith({ _id: 1 });
    // On one connection the server works in the order in which it was asked.
    const options = { maxPoolSize: 1, writeConcern: { w: 0 } };
    const collection = database.client(options).db(database.name).collection<Loose>(collectionName);
    expect(await collection.insertOne({ _id: 2 })).toMatchObject({ acknowledged: false });
    await collection.updateOne({ _id: 1 }, { $set: { a: 1 } });
    await collection.deleteOne({ _id: 2 });
    await expect.poll(() => collection.find().toArray()).toEqual([{ _id: 1, a: 1 }]);
  });

  test.each([{ w: 1 }, { w: 'majority' as const }, { w: 1, journal: true }])(
    'write concern %o',
    async (concern) => {
      const collection = await collectionWith();
      expect(await collection.insertOne({ _id: 1 }, { writeConcern: concern })).toMatchObject({
        acknowledged: true,
      });
    },
  );
});

describe('updates', () => {
  test.each(updates)('%s', async (_name, before, update, after) => {
    const collection = await collectionWith({ _id: 1, ...before });
    const isSame = JSON.stringify(before) === JSON.stringify(after);
    const result = await collection.updateOne({ _id: 1 }, update);
    expect(result).toMatchObject({ matchedCount: 1, modifiedCount: isSame ? 0 : 1, upsertedCount: 0 });
    const found = await collection.findOne({ _id: 1 });
    expect(found).toEqual({ _id: 1, ...after });
    expect(Object.keys(found ?? {})).toEqual(['_id', ...Object.keys(after)]);
  });

  test.each(badUpdates)('%s is an error, and changes nothing', async (_name, before, update, code) => {
    const collection = await collectionWith({ _id: 1, ...before });
    expect(await errorOf(collection.updateOne({ _id: 1 }, update))).toMatchObject({ code });
    expect(await collection.findOne({ _id: 1 }, { promoteLongs: false })).toEqual({ _id: 1, ...before });
  });

  test.each(arithmetic)('%s', async (_name, a, update, after) => {
    const collection = await collectionWith({ _id: 1, a });
    await collection.updateOne({ _id: 1 }, update);
    expect((await collection.findOne({ _id: 1 }, { promoteValues: false }))?.a).toEqual(after);
  });

  test('$currentDate is now, and counts as a change', async () => {
    const collection = await collectionWith({ _id: 1 });
    const start = Date.now();
    const result = await collection.updateOne({ _id: 1 }, { $currentDate: { at: true } });
    expect(result.modifiedCount).toBe(1);
    const found = await collection.findOne({ _id: 1 });
    expect(Math.abs(found?.at.getTime() - start)).toBeLessThan(60_000);
  });

  test('only what the condition finds is changed', async () => {
    const collection = await collectionWith({ _id: 1, lastSeenAt: new Date(1000), session: { a: 1, b: 2 } });
    const touch = (before: number) =>
      collection.updateOne(
        { _id: 1, lastSeenAt: { $lt: new Date(before) } },
        { $set: { lastSeenAt: new Date(5000), 'session.c': 3 }, $unset: { 'session.a': '' } },
      );
    expect(await touch(1000)).toMatchObject({ matchedCount: 0, modifiedCount: 0 });
    expect(await touch(1001)).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
    expect(await collection.findOne()).toEqual({
      _id: 1,
      lastSeenAt: new Date(5000),
      session: { b: 2, c: 3 },
    });
  });

  test('updateMany changes all, and counts those that differ after', async () => {
    const collection = await collectionWith({ _id: 1, a: 1 }, { _id: 2, a: 2 }, { _id: 3 });
    const result = await collection.updateMany({ a: { $exists: true } }, { $set: { a: 2 } });
    expect(result).toMatchObject({ matchedCount: 2, modifiedCount: 1 });
  });

  test('replaceOne keeps _id and nothing else', async () => {
    const collection = await collectionWith({ _id: 1, a: 1, b: 2 });
    expect(await collection.replaceOne({ a: 1 }, { c: 3 })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    });
    expect(await collection.replaceOne({ c: 3 }, { c: 3 })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
    expect(await collection.findOne()).toEqual({ _id: 1, c: 3 });
    expect(await errorOf(collection.replaceOne({ _id: 1 }, { _id: 2 } as never))).toMatchObject({ code: 66 });
  });

  test('a unique key that another has is refused in updates and upserts', async () => {
    const collection = await collectionWith({ _id: 1, k: 'a' }, { _id: 2, k: 'b' });
    await collection.createIndex({ k: 1 }, { unique: true });
    const duplicate = { code: 11000, keyPattern: { k: 1 }, keyValue: { k: 'a' } };
    expect(await errorOf(collection.updateOne({ _id: 2 }, { $set: { k: 'a' } }))).toMatchObject(duplicate);
    expect(await errorOf(collection.replaceOne({ _id: 2 }, { k: 'a' }))).toMatchObject(duplicate);
    const upsert = collection.updateOne({ _id: 3 }, { $set: { k: 'a' } }, { upsert: true });
    expect(await errorOf(upsert)).toMatchObject(duplicate);
    const modify = collection.findOneAndUpdate({ _id: 2 }, { $set: { k: 'a' } });
    expect(await errorOf(modify)).toMatchObject(duplicate);
    expect(await collection.updateOne({ _id: 1 }, { $set: { k: 'a', z: 1 } })).toMatchObject({
      modifiedCount: 1,
    });
  });

  test('increments at once add up', async () => {
    const collection = await collectionWith({ _id: 1, n: 0 });
    await Promise.all(Array.from({ length: 30 }, () => collection.updateOne({ _id: 1 }, { $inc: { n: 1 } })));
    expect(await collection.findOne()).toEqual({ _id: 1, n: 30 });
  });

  test('a mixture of writes is done in order and counted', async () => {
    const collection = await collectionWith({ _id: 1, a: 1 });
    const result = await collection.bulkWrite([
      { insertOne: { document: { _id: 2, a: 2 } } },
      { updateOne: { filter: { _id: 2 }, update: { $inc: { a: 5 } } } },
      { updateMany: { filter: {}, update: { $set: { b: 1 } } } },
      { replaceOne: { filter: { _id: 3 }, replacement: { a: 3 }, upsert: true } },
      { deleteOne: { filter: { _id: 1 } } },
      { deleteMany: { filter: { a: 99 } } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 1,
      matchedCount: 3,
      modifiedCount: 3,
      upsertedCount: 1,
      deletedCount: 1,
    });
    expect(result.upsertedIds).toEqual({ 3: 3 });
    expect(await collection.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 2, a: 7, b: 1 },
      { _id: 3, a: 3 },
    ]);
  });
});

describe('upserts', () => {
  const upserts: [name: string, filter: Document, update: Document, document: Document][] = [
    ['takes what the query fixes', { _id: 1, k: 'x' }, { $set: { a: 1 } }, { _id: 1, k: 'x', a: 1 }],
    [
      'takes $eq and $and',
      { _id: { $eq: 1 }, $and: [{ 'p.q': 2 }] },
      { $inc: { n: 1 } },
      { _id: 1, p: { q: 2 }, n: 1 },
    ],
    ['takes no condition', { _id: 1, n: { $gt: 5 }, z: { $ne: 1 } }, { $set: { a: 1 } }, { _id: 1, a: 1 }],
    [
      '$setOnInsert with $inc and $max',
      { _id: 1 },
      { $setOnInsert: { c: 1 }, $inc: { n: 2 }, $max: { m: 3 } },
      { _id: 1, c: 1, m: 3, n: 2 },
    ],
    ['$unset and $pull do nothing', { _id: 1 }, { $unset: { a: 1 }, $pull: { l: 1 } }, { _id: 1 }],
    ['$setOnInsert names the _id', { k: 1 }, { $setOnInsert: { _id: 1 } }, { _id: 1, k: 1 }],
    [
      'an $or of two fixes nothing',
      { _id: 1, $or: [{ e: null }, { e: { $gt: 1 } }] },
      { $set: { a: 1 } },
      { _id: 1, a: 1 },
    ],
  ];

  test.each(upserts)('%s', async (_name, filter, update, document) => {
    const collection = await collectionWith();
    const result = await collection.updateOne(filter, update, { upsert: true });
    expect(result).toMatchObject({ matchedCount: 0, modifiedCount: 0, upsertedCount: 1, upsertedId: 1 });
    const found = await collection.findOne();
    expect(found).toEqual(document);
    expect(Object.keys(found ?? {})).toEqual(Object.keys(document));
  });

  test('makes an _id where nothing names one, and says which', async () => {
    const collection = await collectionWith();
    const { upsertedId } = await collection.updateMany({ k: 1 }, { $set: { a: 1 } }, { upsert: true });
    expect(upsertedId).toBeInstanceOf(ObjectId);
    expect(await collection.findOne({ k: 1 })).toEqual({ _id: upsertedId, k: 1, a: 1 });
  });

  test('a query that fixes a field twice is an error', async () => {
    const collection = await collectionWith();
    const twice = { $and: [{ a: 1 }, { a: 2 }] };
    expect(await errorOf(collection.updateOne(twice, { $set: { b: 1 } }, { upsert: true }))).toMatchObject({
      code: 54,
    });
  });

  test('changes what is there instead', async () => {
    const collection = await collectionWith({ _id: 1, n: 1 });
    const result = await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { upsert: true });
    expect(result).toMatchObject({ matchedCount: 1, modifiedCount: 1, upsertedCount: 0, upsertedId: null });
  });
});

describe('findOneAnd…', () => {
  test('update answers what was, or with returnDocument what is', async () => {
    const collection = await collectionWith({ _id: 1, n: 1, s: { a: 1 } });
    const inc = { $inc: { n: 1 }, $set: { 's.b': 2 } };
    expect(await collection.findOneAndUpdate({ _id: 1 }, inc)).toEqual({ _id: 1, n: 1, s: { a: 1 } });
    const options = { returnDocument: 'after', projection: { n: 1 } } as const;
    expect(await collection.findOneAndUpdate({ _id: 1 }, inc, options)).toEqual({ _id: 1, n: 3 });
    expect(await collection.findOneAndUpdate({ _id: 2 }, inc)).toBeNull();
  });

  test('update takes the first by the sort', async () => {
    const collection = await collectionWith({ _id: 1, at: 3 }, { _id: 2, at: 1 }, { _id: 3, at: 2 });
    const next = () =>
      collection.findOneAndUpdate({ done: { $ne: true } }, { $set: { done: true } }, { sort: { at: 1 } });
    expect([await next(), await next(), await next(), await next()].map((found) => found?._id)).toEqual([
      2,
      3,
      1,
      undefined,
    ]);
  });

  test('update upserts, and says so', async () => {
    const collection = await collectionWith();
    const upsert = { upsert: true, returnDocument: 'after', includeResultMetadata: true } as const;
    const update = { $setOnInsert: { key: 'k', expire: null }, $inc: { points: 1 } };
    const first = await collection.findOneAndUpdate(
      { key: 'k', $or: [{ expire: { $gt: new Date() } }, { expire: { $eq: null } }] },
      update,
      upsert,
    );
    expect(first.lastErrorObject).toMatchObject({ n: 1, updatedExisting: false, upserted: first.value?._id });
    expect(first.value).toMatchObject({ key: 'k', expire: null, points: 1 });
    const second = await collection.findOneAndUpdate({ key: 'k' }, { $inc: { points: 1 } }, upsert);
    expect(second.lastErrorObject).toMatchObject({ n: 1, updatedExisting: true });
    expect(second.value?.points).toBe(2);
    const before = await collection.findOneAndUpdate(
      { key: 'new' },
      { $inc: { points: 1 } },
      { upsert: true },
    );
    expect(before).toBeNull();
  });

  test('delete and replace', async () => {
    const collection = await collectionWith({ _id: 1, a: 1 }, { _id: 2, a: 2 });
    expect(await collection.findOneAndDelete({}, { sort: { a: -1 }, projection: { a: 1, _id: 0 } })).toEqual({
      a: 2,
    });
    expect(await collection.findOneAndDelete({ _id: 9 })).toBeNull();
    expect(await collection.findOneAndReplace({ _id: 1 }, { b: 1 }, { returnDocument: 'after' })).toEqual({
      _id: 1,
      b: 1,
    });
    expect(await collection.countDocuments()).toBe(1);
  });

  test('of many at once, one gets the document', async () => {
    const collection = await collectionWith({ _id: 1, token: 't' });
    const taken = await Promise.all(
      Array.from({ length: 20 }, () => collection.findOneAndDelete({ token: 't' })),
    );
    expect(taken.filter((document) => document !== null)).toHaveLength(1);
  });
});

describe('indexes', () => {
  test('are created once, listed and dropped', async () => {
    const collection = await collectionWith();
    const indexes = [
      { key: { expires: 1 }, name: 'expires_ttl', expireAfterSeconds: 0 },
      { key: { userId: 1, lastSeenAt: -1 }, name: 'user_last_seen' },
      { key: { email: 1 }, name: 'email_unique', unique: true, sparse: true },
    ] as const;
    const names = indexes.map(({ name }) => name);
    expect(await collection.createIndexes([...indexes])).toEqual(names);
    expect(await collection.createIndexes([...indexes])).toEqual(names);
    const listed = await collection.listIndexes().toArray();
    expect(listed.map(({ v: _v, ...index }) => index)).toEqual([
      { key: { _id: 1 }, name: '_id_' },
      ...indexes,
    ]);
    await collection.dropIndex('user_last_seen');
    expect(await collection.indexExists('user_last_seen')).toBe(false);
    expect(await errorOf(collection.dropIndex('user_last_seen'))).toMatchObject({ code: 27 });
  });

  test('another one of that name or of those fields is an error', async () => {
    const collection = await collectionWith();
    await collection.createIndex({ a: 1 }, { name: 'one' });
    expect(await errorOf(collection.createIndex({ b: 1 }, { name: 'one' }))).toMatchObject({ code: 86 });
    expect(await errorOf(collection.createIndex({ a: 1 }, { name: 'two' }))).toMatchObject({ code: 85 });
    expect((await errorOf(collection.createIndex({ a: 1 }, { name: 'one', unique: true }))).code).toBeOneOf([
      85, 86,
    ]);
    expect(
      (await errorOf(collection.createIndex({ a: 1 }, { name: 'one', expireAfterSeconds: 5 }))).code,
    ).toBe(85);
  });

  test('the indexes of a collection that is not there', async () => {
    const collection = await collectionWith();
    expect(await errorOf(collection.listIndexes().toArray())).toMatchObject({ code: 26 });
  });

  test('a unique one is not made over duplicates', async () => {
    const collection = await collectionWith({ _id: 1, k: 1 }, { _id: 2, k: 1 });
    expect(await errorOf(collection.createIndex({ k: 1 }, { unique: true }))).toMatchObject({ code: 11000 });
    expect(await collection.indexExists('k_1')).toBe(false);
  });

  test('a unique one takes absent for null, a sparse one leaves it out', async () => {
    const full = await collectionWith({ _id: 1 });
    await full.createIndex({ k: 1 }, { unique: true });
    const error = await errorOf(full.insertOne({ _id: 2, k: null }));
    expect(error).toMatchObject({ code: 11000, keyValue: { k: null } });
    const sparse = await collectionWith({ _id: 1 }, { _id: 2 });
    await sparse.createIndex({ k: 1 }, { unique: true, sparse: true });
    await sparse.insertOne({ _id: 3 });
    expect(await sparse.countDocuments({ k: null })).toBe(3);
  });

  test('a unique one of two fields refuses only both', async () => {
    const collection = await collectionWith({ _id: 1, a: 1, b: 1 });
    await collection.createIndex({ a: 1, b: 1 }, { unique: true });
    await collection.insertMany([
      { _id: 2, a: 1, b: 2 },
      { _id: 3, a: 2, b: 1 },
    ]);
    const error = await errorOf(collection.insertOne({ _id: 4, a: 1, b: 2 }));
    expect(error).toMatchObject({ code: 11000, keyPattern: { a: 1, b: 1 }, keyValue: { a: 1, b: 2 } });
    expect(error.message).toContain('index: a_1_b_1 dup key: { a: 1, b: 2 }');
  });

  test('queries answer the same with and without them', async () => {
    const plain = await collectionWith(...documents);
    const indexed = await collectionWith(...documents);
    for (const field of ['n', 's', 'at', 'list.k', 'sub.x', 'tags'])
      await indexed.createIndex({ [field]: 1 });
    for (const [name, filter] of queries) {
      const ids = (from: typeof plain) =>
        from
          .find(filter)
          .sort({ _id: 1 })
          .map(({ _id }) => _id)
          .toArray();
      expect(await ids(indexed), name).toEqual(await ids(plain));
    }
    for (const [name, sort] of sorts) {
      const ids = (from: typeof plain) =>
        from
          .find()
          .sort(sort as never)
          .map(({ _id }) => _id)
          .toArray();
      expect(await ids(indexed), name).toEqual(await ids(plain));
    }
  });

  test('are used: only what is asked for is looked at', async () => {
    const collection = await collectionWith(
      ...Array.from({ length: 200 }, (_, at) => ({
        _id: at,
        userId: `u${at % 20}`,
        lastSeenAt: new Date(at),
      })),
    );
    await collection.createIndex({ userId: 1, lastSeenAt: -1 });
    const looked = async (filter: Document, sort: Document = {}, limit = 0) => {
      const { executionStats } = await collection
        .find(filter)
        .sort(sort as never)
        .limit(limit)
        .explain('executionStats');
      return [executionStats.nReturned, executionStats.totalDocsExamined];
    };
    expect(await looked({ _id: 5 })).toEqual([1, 1]);
    expect(await looked({ userId: 'u3' })).toEqual([10, 10]);
    expect(await looked({ userId: 'u3' }, { lastSeenAt: -1 }, 4)).toEqual([4, 4]);
    expect(await looked({ userId: 'u3', lastSeenAt: { $lt: new Date(50) } })).toEqual([3, 3]);
    expect(await looked({ userId: { $in: ['u1', 'u2'] } })).toEqual([20, 20]);
  });

  test('a hint for one that is not there is an error', async () => {
    const collection = await collectionWith({ _id: 1 });
    expect(await collection.find({}, { hint: '_id_' }).toArray()).toHaveLength(1);
    expect(await errorOf(collection.find({}, { hint: 'nope' }).toArray())).toMatchObject({ code: 2 });
  });
});

test('a database that is dropped is empty', async () => {
  const other = testDatabase('conformance_dropped');
  await other.db().collection('a').insertOne({ b: 1 });
  await other.db().dropDatabase();
  expect(await other.db().collection('a').countDocuments()).toBe(0);
  expect(await other.db().listCollections().toArray()).toEqual([]);
  await other.drop();
});
