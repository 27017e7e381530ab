import { type Document, Double, Int32, Long } from 'mongodb';

/** A document (`_id` is 1), an update, and the document after it. */
export const updates: [name: string, before: Document, update: Document, after: Document][] = [
  ['$set', { a: 1 }, { $set: { a: 2, b: 'x' } }, { a: 2, b: 'x' }],
  ['$set of an unchanged _id', { a: 1 }, { $set: { _id: 1, a: 2 } }, { a: 2 }],
  [
    '$set inside',
    { a: { b: 1 } },
    { $set: { 'a.c': 2, 'd.e.f': 3 } },
    { a: { b: 1, c: 2 }, d: { e: { f: 3 } } },
  ],
  ['$set under a number-like name', { a: {} }, { $set: { 'a.1': 5 } }, { a: { 1: 5 } }],
  [
    '$set of names with $ inside a value',
    {},
    { $set: { a: { $b: 1, 'c.d': 2 } } },
    { a: { $b: 1, 'c.d': 2 } },
  ],
  ['$set of nothing', { a: 1 }, { $set: {} }, { a: 1 }],
  ['$unset', { a: 1, b: 2 }, { $unset: { b: '' } }, { a: 1 }],
  ['$unset inside', { a: { b: 1, c: 2 } }, { $unset: { 'a.b': 1 } }, { a: { c: 2 } }],
  ['$unset of what is not there', { a: 1 }, { $unset: { 'b.c': 1 } }, { a: 1 }],
  ['$unset below a value', { a: 1 }, { $unset: { 'a.b': 1 } }, { a: 1 }],
  [
    '$set and $unset of different keys',
    { s: { a: 1, b: 2 } },
    { $set: { 's.c': 3 }, $unset: { 's.a': '' } },
    { s: { b: 2, c: 3 } },
  ],
  ['$inc', { a: 1 }, { $inc: { a: 2, b: -1 } }, { a: 3, b: -1 }],
  ['$pull of what is not there', { a: 1 }, { $pull: { b: { x: 1 } } }, { a: 1 }],
  ['$pull of documents', { a: [{ x: 1, y: 1 }, { x: 2 }] }, { $pull: { a: { x: 1 } } }, { a: [{ x: 2 }] }],
  ['$setOnInsert where there is a document', { a: 1 }, { $setOnInsert: { b: 1 }, $inc: { a: 1 } }, { a: 2 }],
];

/** A document (`_id` is 1), an update that is an error, and its code. */
export const badUpdates: [name: string, before: Document, update: Document, code: number][] = [
  ['two changes of one field', {}, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
  ['a change of a field and of its part', {}, { $set: { a: 1, 'a.b': 2 } }, 40],
  ['another _id', {}, { $set: { _id: 2 } }, 66],
  ['no _id', {}, { $unset: { _id: 1 } }, 66],
  ['a part of a value', { a: 1 }, { $set: { 'a.b': 1 } }, 28],
  ['a part of null', { a: null }, { $set: { 'a.b': 1 } }, 28],
  ['$inc by a string', {}, { $inc: { a: 'x' } }, 14],
  ['$inc of a string', { a: 'x' }, { $inc: { a: 1 } }, 14],
  ['$inc of null', { a: null }, { $inc: { a: 1 } }, 14],
  ['$inc beyond a long', { a: Long.MAX_VALUE }, { $inc: { a: 1 } }, 2],
  ['$pull from a value', { a: 1 }, { $pull: { a: { x: 1 } } }, 2],
];

/** Arithmetic, and the type of what comes out of it. */
export const arithmetic: [name: string, before: unknown, update: Document, after: unknown][] = [
  ['int and int', new Int32(1), { $inc: { a: new Int32(1) } }, new Int32(2)],
  ['int beyond an int', new Int32(2147483647), { $inc: { a: new Int32(1) } }, Long.fromNumber(2147483648)],
  ['long and int', Long.fromNumber(5), { $inc: { a: new Int32(1) } }, Long.fromNumber(6)],
  ['int and double', new Int32(1), { $inc: { a: new Double(1.5) } }, new Double(2.5)],
  ['double and int', new Double(1), { $inc: { a: new Int32(1) } }, new Double(2)],
];
