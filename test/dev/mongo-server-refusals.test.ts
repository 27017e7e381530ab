import type { Collection } from 'mongodb';
import { Decimal128, type Document, MongoClient } from 'mongodb';
import { afterEach, describe, expect, test } from 'vitest';
import { type Numbered, serverStarter } from '../support/mongo-server.ts';

const { ends, start } = serverStarter();

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const lookup = (more: Document) => ({
  $lookup: { from: 'others', localField: 'a', foreignField: '_id', as: 'b', ...more },
});

describe('what it can not do', () => {
  const refused: [name: string, act: (things: Collection<Numbered>) => Promise<unknown>][] = [
    ['updates with an aggregation pipeline', (things) => things.updateOne({}, [{ $set: { a: 1 } }])],
    [
      'arrayFilters',
      (things) => things.updateOne({}, { $set: { 'a.$[x]': 1 } }, { arrayFilters: [{ x: 1 }] }),
    ],
    ['positional operator $', (things) => things.updateOne({ a: 1 }, { $set: { 'a.$': 1 } })],
    ['$bit', (things) => things.updateOne({}, { $bit: { a: { or: 1 } } })],
    ['$where', (things) => things.findOne({ $where: 'true' })],
    ['$text', (things) => things.findOne({ $text: { $search: 'a' } })],
    ['$jsonSchema', (things) => things.findOne({ $jsonSchema: {} })],
    ['$near', (things) => things.findOne({ a: { $near: [1, 1] } })],
    ['collations', (things) => things.find({}, { collation: { locale: 'de' } }).toArray()],
    ['regular expression', (things) => things.findOne({ a: { $regex: '(?<=a)b' } })],
    ['$slice', (things) => things.findOne({}, { projection: { a: { $slice: 1 } } })],
    ['$lookup', (things) => things.aggregate([{ $lookup: { from: 'a', as: 'b', pipeline: [] } }]).toArray()],
    ['$lookup by name', (things) => things.aggregate([lookup({ foreignField: 'name' })]).toArray()],
    [
      'a path for localField of $lookup',
      (things) => things.aggregate([lookup({ localField: 'a.b' })]).toArray(),
    ],
    ['let of $lookup', (things) => things.aggregate([lookup({ let: { a: 1 } })]).toArray()],
    ['$out', (things) => things.aggregate([{ $out: 'other' }]).toArray()],
    ['$merge', (things) => things.aggregate([{ $merge: 'other' }]).toArray()],
    ['$changeStream', (things) => things.watch().next()],
    ['$dateToString', (things) => things.findOne({ $expr: { $dateToString: { date: '$a' } } })],
    [
      'partialFilterExpression',
      (things) => things.createIndex({ a: 1 }, { partialFilterExpression: { b: 1 } }),
    ],
    ['text', (things) => things.createIndex({ a: 'text' })],
    ['hashed', (things) => things.createIndex({ a: 'hashed' })],
    ['Decimal128', (things) => things.insertOne({ _id: 1, a: new Decimal128('1.5') })],
    ['tailable', (things) => things.find({}, { tailable: true }).toArray()],
    ['showRecordId', (things) => things.find({}, { showRecordId: true }).toArray()],
    ['capped', (things) => things.db.createCollection('c', { capped: true, size: 1000 })],
    ['viewOn', (things) => things.db.createCollection('v', { viewOn: 'things' })],
    ['collMod', (things) => things.db.command({ collMod: 'things' })],
    [
      'configureFailPoint',
      (things) => things.db.admin().command({ configureFailPoint: 'failCommand', mode: 'off' }),
    ],
    [
      'explain of count',
      (things) => things.db.command({ explain: { count: 'things' }, verbosity: 'executionStats' }),
    ],
    ['allPlansExecution', (things) => things.find().explain()],
    ['write concern two', (things) => things.insertOne({ _id: 1 }, { writeConcern: { w: 'two' as never } })],
  ];

  test.each(refused)('%s is refused by its name', async (name, act) => {
    const { things } = await start();
    const error: Document = await act(things).then(
      () => expect.fail('was not refused'),
      (reason) => reason,
    );
    expect(error).toMatchObject({ code: 238 });
    expect(error.message).toContain('stand-in');
    expect(error.message).toContain(name);
    expect(await things.countDocuments()).toBe(0);
  });

  test('transactions are refused as a standalone server does', async () => {
    const { things, uri } = await start();
    const client = new MongoClient(uri);
    ends.push(() => client.close());
    await client.withSession(async (session) => {
      session.startTransaction();
      await expect(
        things.db.collection('a').insertOne({ a: 1 }, { session: session as never }),
      ).rejects.toThrow();
    });
  });
});
