import type { Collection } from 'mongodb';
import { Decimal128, type Document, MongoClient, Timestamp } from 'mongodb';
import { afterEach, describe, expect, test } from 'vitest';
import { type Numbered, serverStarter } from '../support/mongo-server.ts';

const { ends, start } = serverStarter();

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

type Refused = [name: string, act: (things: Collection<Numbered>) => Promise<unknown>];

const lookup = (more: Document) => ({
  $lookup: { from: 'others', localField: 'a', foreignField: '_id', as: 'b', ...more },
});

const piped = (...pipeline: Document[]): Refused[1] => {
  return (things) => things.aggregate(pipeline).toArray();
};
const queried = (condition: unknown): Refused[1] => {
  return (things) => things.findOne({ a: condition } as Document);
};
const updated = (update: Document): Refused[1] => {
  return (things) => things.updateOne({}, update);
};
const asked = (command: Document): Refused[1] => {
  return (things) => things.db.command(command);
};

describe('what nothing here sends is refused by its name:', () => {
  test.each<Refused>([
    ['$not', queried({ $not: { $gt: 1 } })],
    ['$nin', queried({ $nin: [1] })],
    ['$all', queried({ $all: [1] })],
    ['$elemMatch', queried({ $elemMatch: { b: 1 } })],
    ['$size', queried({ $size: 1 })],
    ['$type', queried({ $type: 'int' })],
    ['$regex', queried({ $regex: 'a' })],
    ['a regular expression', queried(/a/)],
    ['a regular expression', queried({ $in: [/a/] })],
    ['$near', queried({ $near: [1, 1] })],
    ['$noSuchOperator', queried({ $noSuchOperator: 1 })],
    ['$expr', (things) => things.findOne({ $expr: { $eq: ['$a', 1] } })],
    ['$where', (things) => things.findOne({ $where: 'true' })],
    ['$text', (things) => things.findOne({ $text: { $search: 'a' } })],
    ['$jsonSchema', (things) => things.findOne({ $jsonSchema: {} })],
    ['$comment', (things) => things.findOne({ $comment: 'why' })],
  ])('in a query, %s', refusal);

  test.each<Refused>([
    ['collation', (things) => things.find({}, { collation: { locale: 'de' } }).toArray()],
    ['hint', (things) => things.find({}, { hint: '_id_' }).toArray()],
    ['let', (things) => things.find({}, { let: { a: 1 } }).toArray()],
    ['tailable', (things) => things.find({}, { tailable: true }).toArray()],
    ['showRecordId', (things) => things.find({}, { showRecordId: true }).toArray()],
    ['$slice', (things) => things.findOne({}, { projection: { '$slice.a': 1 } })],
    ['a projection that does not name a', (things) => things.findOne({}, { projection: { a: 0 } })],
    ['a projection that does not name a', (things) => things.findOne({}, { projection: { a: '$b' } })],
    ['sorting by a', (things) => things.find({}, { sort: { a: { $meta: 'textScore' } } }).toArray()],
    ['readConcern', (things) => things.findOne({}, { readConcern: 'linearizable' })],
    ['allPlansExecution', (things) => things.find().explain()],
  ])('of a find, %s', refusal);

  test.each<Refused>([
    ['$sort', piped({ $sort: { a: 1 } })],
    ['$skip', piped({ $skip: 1 })],
    ['$project', piped({ $project: { a: 1 } })],
    ['$out', piped({ $out: 'other' })],
    ['$merge', piped({ $merge: 'other' })],
    ['$group', piped({ $group: { _id: '$a' } })],
    ['$group', piped({ $group: { _id: 1, n: { $max: '$a' } } })],
    ['$lookup', piped(lookup({ pipeline: [] }))],
    ['$lookup by name', piped(lookup({ foreignField: 'name' }))],
    ['a path for localField of $lookup', piped(lookup({ localField: 'a.b' }))],
    ['let of $lookup', piped(lookup({ let: { a: 1 } }))],
    ['$changeStream', (things) => things.watch().next()],
  ])('of an aggregation, %s', refusal);

  test.each<Refused>([
    ['$mul', updated({ $mul: { a: 2 } })],
    ['$min', updated({ $min: { a: 2 } })],
    ['$max', updated({ $max: { a: 2 } })],
    ['$rename', updated({ $rename: { a: 'b' } })],
    ['$push', updated({ $push: { a: 2 } })],
    ['$addToSet', updated({ $addToSet: { a: 2 } })],
    ['$pop', updated({ $pop: { a: 1 } })],
    ['$pullAll', updated({ $pullAll: { a: [1] } })],
    ['$bit', updated({ $bit: { a: { or: 1 } } })],
    ['$pull from a', updated({ $pull: { a: 1 } })],
    ['$currentDate of a', updated({ $currentDate: { a: { $type: 'timestamp' } } })],
    ["the name '$'", updated({ $set: { 'a.$': 1 } })],
    ["the name ''", updated({ $set: { 'a.': 1 } })],
    ['arrayFilters', (things) => things.updateOne({}, { $set: { a: 1 } }, { arrayFilters: [{ x: 1 }] })],
    ['updates with an aggregation pipeline', (things) => things.updateOne({}, [{ $set: { a: 1 } }])],
    [
      'an upsert whose query says a.b',
      (things) => things.updateOne({ 'a.b': 1 }, { $set: { c: 1 } }, { upsert: true }),
    ],
    [
      'an upsert whose query has $or or $in with one entry',
      (things) => things.updateOne({ a: { $in: [1] } }, { $set: { b: 1 } }, { upsert: true }),
    ],
    ['sort', (things) => things.findOneAndUpdate({}, { $set: { a: 1 } }, { sort: { a: 1 } })],
    ['fields', (things) => things.findOneAndUpdate({}, { $set: { a: 1 } }, { projection: { a: 1 } })],
    ['remove', (things) => things.findOneAndDelete({ a: 1 })],
    ['Decimal128', (things) => things.insertOne({ _id: 1, a: new Decimal128('1.5') })],
    ['timestamp', (things) => things.insertOne({ _id: 1, a: new Timestamp({ t: 5, i: 6 }) })],
    ['an _id that is', (things) => things.insertOne({ _id: { b: 1 } } as never)],
    ['write concern two', (things) => things.insertOne({ _id: 1 }, { writeConcern: { w: 'two' as never } })],
    [
      'the field j of writeConcern',
      (things) => things.insertOne({ _id: 1 }, { writeConcern: { journal: true } }),
    ],
  ])('in a write, %s', refusal);

  test.each<Refused>([
    [
      'partialFilterExpression',
      (things) => things.createIndex({ a: 1 }, { partialFilterExpression: { b: 1 } }),
    ],
    ['text', (things) => things.createIndex({ a: 'text' })],
    ['hashed', (things) => things.createIndex({ a: 'hashed' })],
    ['expireAfterSeconds', (things) => things.createIndex({ a: 1, b: 1 }, { expireAfterSeconds: 1 })],
    ['the command create', (things) => things.db.createCollection('c')],
    ['the command drop', (things) => things.drop()],
    ['the command distinct', (things) => things.distinct('a')],
    ['the command collMod', asked({ collMod: 'things' })],
    ['the command noSuchCommand', asked({ noSuchCommand: 1 })],
    ['the command configureFailPoint', asked({ configureFailPoint: 'failCommand', mode: 'off' })],
    ['the field query of count', asked({ count: 'things', query: { a: 1 } })],
    ['the field filtre of find', asked({ find: 'things', filtre: {} })],
    ['a filter for collections', (things) => things.db.listCollections({ name: 'things' }).toArray()],
    ['explain of count', asked({ explain: { count: 'things' }, verbosity: 'executionStats' })],
  ])('of the rest, %s', refusal);

  async function refusal(name: string, act: Refused[1]): Promise<void> {
    const { things } = await start();
    const error: Document = await act(things).then(
      () => expect.fail('was not refused'),
      (reason) => reason,
    );
    expect(error).toMatchObject({ code: 238 });
    expect(error.message).toContain('stand-in');
    expect(error.message).toContain(name);
    expect(await things.countDocuments()).toBe(0);
  }

  const list: Numbered = { _id: 1, a: [{ b: 1 }, { b: 2 }], c: [1, 2], d: [[1], [2]] };

  test.each<Refused>([
    ['an array in the array d in an index', (things) => things.createIndex({ d: 1 })],
    ['several arrays in one index', (things) => things.createIndex({ 'a.b': 1, c: 1 })],
    ['a position in an array in an index', (things) => things.createIndex({ 'a.0.b': 1 })],
    ['an array under a in an index or a sort', (things) => things.find().sort({ a: 1 }).toArray()],
    ['a position in an array', (things) => things.find({ 'a.0.b': 1 }).toArray()],
    ['a part of an array', (things) => things.find({}, { projection: { 'a.b': 1 } }).toArray()],
    ['$set inside of an array', updated({ $set: { 'a.0': 5 } })],
    ['$unset inside of an array', updated({ $unset: { 'a.0': 1 } })],
  ])('where a document has an array, %s', async (name, act) => {
    const { things } = await start();
    await things.insertOne(list);
    await expect(act(things)).rejects.toMatchObject({ code: 238, message: expect.stringContaining(name) });
    expect(await things.find().toArray()).toEqual([list]);
  });

  test('transactions, as a standalone server does', async () => {
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
