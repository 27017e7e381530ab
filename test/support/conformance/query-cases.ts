import { Binary, type Document, Double, Int32, Long, ObjectId } from 'mongodb';

const id = new ObjectId('65a000000000000000000001');

/** What the queries below are put to. */
export const documents: Document[] = [
  { _id: 1, n: 1, s: 'apple', at: new Date(1000), tags: ['a', 'b'], sub: { x: 1, y: 2 }, flag: true },
  { _id: 2, n: new Double(2.5), s: 'Banana', at: new Date(2000), tags: [], sub: { y: 2, x: 1 }, flag: false },
  {
    _id: 3,
    n: Long.fromNumber(3),
    s: null,
    list: [
      { k: 1, v: 2 },
      { k: 3, v: 4 },
    ],
    ref: id,
  },
  { _id: 4, n: '4', nested: [[1, 2], [3]], s: 'apple pie\n', bytes: new Binary(Buffer.from([1, 2]), 0) },
  { _id: 5 },
  { _id: 6, n: [1, 7], list: [{ k: 3, v: 2 }, { v: 9 }], sub: { z: null } },
  { _id: 7, n: new Double(Number.NaN), s: 'Ärger', at: new Date(-5) },
  {
    _id: 8,
    n: new Double(1),
    bytes: new Binary(Buffer.from([1, 3]), 0),
    big: Long.fromString('9007199254740993'),
  },
];

/** A query, and the ids of the documents that it finds. */
export const queries: [name: string, filter: Document, ids: number[]][] = [
  ['nothing asked', {}, [1, 2, 3, 4, 5, 6, 7, 8]],
  ['a number of another type', { n: new Int32(3) }, [3]],
  ['a number in an array too', { n: 1 }, [1, 6, 8]],
  ['a whole array', { n: [1, 7] }, [6]],
  ['an array in another order', { n: [7, 1] }, []],
  ['an empty array', { tags: [] }, [2]],
  ['a nested array', { nested: [1, 2] }, [4]],
  ['null and absent', { s: null }, [3, 5, 6, 8]],
  ['null inside what is no document', { 's.x': null }, [1, 2, 3, 4, 5, 6, 7, 8]],
  ['null inside an array of documents', { 'list.k': null }, [1, 2, 4, 5, 6, 7, 8]],
  ['a document, with its order of fields', { sub: { x: 1, y: 2 } }, [1]],
  ['a dotted path', { 'sub.x': 1 }, [1, 2]],
  ['a dotted path into an array of documents', { 'list.k': 3 }, [3, 6]],
  ['a position', { 'list.0.k': 3 }, [6]],
  ['a position in a plain array', { 'tags.1': 'b' }, [1]],
  ['an ObjectId', { ref: id }, [3]],
  ['bytes', { bytes: new Binary(Buffer.from([1, 3]), 0) }, [8]],
  ['a date', { at: new Date(2000) }, [2]],
  ['a long beyond what a double holds', { big: Long.fromString('9007199254740993') }, [8]],
  ['a long that a double would round to it', { big: Long.fromString('9007199254740992') }, []],
  ['$eq', { n: { $eq: 2.5 } }, [2]],
  ['$ne', { n: { $ne: 1 } }, [2, 3, 4, 5, 7]],
  ['$ne null', { s: { $ne: null } }, [1, 2, 4, 7]],
  ['$gt keeps to the type', { n: { $gt: 1 } }, [2, 3, 6]],
  ['$lt leaves NaN out', { n: { $lt: 2 } }, [1, 6, 8]],
  ['$gte NaN', { n: { $gte: new Double(Number.NaN) } }, [7]],
  ['$gte null', { s: { $gte: null } }, [3, 5, 6, 8]],
  ['$gt null', { s: { $gt: null } }, []],
  ['a range', { n: { $gt: 2, $lte: 3 }, tags: { $exists: true } }, [2]],
  ['a range that two elements of an array meet', { n: { $gt: 5, $lt: 2 } }, [6]],
  ['dates before 1970', { at: { $lt: new Date(1500) } }, [1, 7]],
  ['strings by their bytes', { s: { $gt: 'apple' } }, [4, 7]],
  ['bytes in order', { bytes: { $gt: new Binary(Buffer.from([1, 2]), 0) } }, [8]],
  ['booleans', { flag: { $gt: false } }, [1]],
  ['$in', { n: { $in: [3, '4'] } }, [3, 4]],
  ['$in with null', { s: { $in: [null, 'apple'] } }, [1, 3, 5, 6, 8]],
  ['$in with a pattern', { s: { $in: [/^ban/i] } }, [2]],
  ['$in of nothing', { s: { $in: [] } }, []],
  ['$nin', { n: { $nin: [1, 3] } }, [2, 4, 5, 7]],
  ['$exists', { s: { $exists: true } }, [1, 2, 3, 4, 7]],
  ['$exists: false', { at: { $exists: false } }, [3, 4, 5, 6, 8]],
  ['$exists in an array of documents', { 'list.k': { $exists: true } }, [3, 6]],
  ['$type by name', { n: { $type: 'string' } }, [4]],
  ['$type int, of elements too', { n: { $type: 'int' } }, [1, 6]],
  ['$type number', { n: { $type: 'number' } }, [1, 2, 3, 6, 7, 8]],
  ['$type array', { n: { $type: 'array' } }, [6]],
  ['$type by number, several', { n: { $type: [1, 18] } }, [2, 3, 7, 8]],
  ['$size', { tags: { $size: 2 } }, [1]],
  ['$all', { tags: { $all: ['b', 'a'] } }, [1]],
  ['$all of nothing', { tags: { $all: [] } }, []],
  ['$elemMatch of documents', { list: { $elemMatch: { k: 3, v: 2 } } }, [6]],
  ['conditions that different elements meet', { 'list.k': 1, 'list.v': 4 }, [3]],
  ['$elemMatch of values', { n: { $elemMatch: { $gt: 1, $lt: 9 } } }, [6]],
  ['$not', { n: { $not: { $gt: 1 } } }, [1, 4, 5, 7, 8]],
  ['$not with a pattern', { s: { $not: /^a/ } }, [2, 3, 5, 6, 7, 8]],
  ['a pattern', { s: /^app/ }, [1, 4]],
  ['a pattern to its end', { s: /pie$/ }, [4]],
  ['$regex with options', { s: { $regex: '^BAN', $options: 'i' } }, [2]],
  ['$and of one field', { $and: [{ n: { $gt: 0 } }, { n: { $lt: 2 } }] }, [1, 6, 8]],
  ['$or', { $or: [{ n: 3 }, { s: 'apple' }] }, [1, 3]],
  ['$nor', { $nor: [{ n: { $exists: true } }, { s: 'x' }] }, [5]],
  ['nested logic', { $or: [{ $and: [{ n: 1 }, { flag: true }] }, { _id: { $in: [5] } }] }, [1, 5]],
  ['$expr', { $expr: { $eq: ['$sub.x', 1] } }, [1, 2]],
  ['$expr compares across types', { $expr: { $gt: ['$n', 'a'] } }, [6]],
  ['$expr with an absent field', { $expr: { $lt: ['$at', new Date(-1)] }, s: { $ne: null } }, [4, 7]],
  ['$comment', { _id: 1, $comment: 'why' }, [1]],
  ['_id and a condition', { _id: 1, n: { $gt: 5 } }, []],
];

/** Queries that are an error, and its code. */
export const badQueries: [name: string, filter: Document, code: number][] = [
  ['an unknown operator', { n: { $foo: 1 } }, 2],
  ['an unknown top-level operator', { $foo: 1 }, 2],
  ['$in without an array', { n: { $in: 1 } }, 2],
  ['an operator inside $in', { n: { $in: [{ $gt: 1 }] } }, 2],
  ['$or without an array', { $or: { a: 1 } }, 2],
  ['$or of nothing', { $or: [] }, 2],
  ['$not of a value', { n: { $not: 1 } }, 2],
  ['$elemMatch of a value', { n: { $elemMatch: 1 } }, 2],
  ['$all without an array', { n: { $all: 1 } }, 2],
  ['$options alone', { n: { $options: 'i' } }, 2],
  ['a type that there is not', { n: { $type: 'foo' } }, 2],
];

/** A sort and the ids in its order, among documents whose `n` differs. */
export const sorts: [name: string, sort: Document, ids: number[]][] = [
  ['all types in MongoDB’s order', { n: 1, _id: 1 }, [5, 7, 1, 6, 8, 2, 3, 4]],
  ['the other way, an array by its greatest', { n: -1, _id: 1 }, [4, 6, 3, 2, 1, 8, 7, 5]],
  ['two fields', { flag: -1, _id: -1 }, [1, 2, 8, 7, 6, 5, 4, 3]],
];

/** A projection, and what it leaves of a document. */
export const projections: [name: string, projection: Document, document: Document][] = [
  ['fields', { a: 1 }, { _id: 1, a: 1 }],
  ['fields without _id', { a: 1, _id: 0 }, { a: 1 }],
  ['_id alone', { _id: 1 }, { _id: 1 }],
  ['a part of a document', { 'b.c': 1 }, { _id: 1, b: { c: 2 } }],
  ['a part, written nested', { b: { c: true } }, { _id: 1, b: { c: 2 } }],
  ['a part of an array’s documents', { 'l.x': 1 }, { _id: 1, l: [{ x: 1 }, {}] }],
  ['what is not there', { zzz: 1 }, { _id: 1 }],
  ['all but a field', { b: 0 }, { _id: 1, a: 1, l: [{ x: 1, y: 2 }, { y: 3 }, 4] }],
  ['all but a part', { 'b.c': 0, l: 0 }, { _id: 1, a: 1, b: { d: 3 } }],
  ['all but a part of an array’s documents', { 'l.y': 0, b: 0 }, { _id: 1, a: 1, l: [{ x: 1 }, {}, 4] }],
  ['all but _id', { _id: 0, b: 0, l: 0 }, { a: 1 }],
];
export const projected: Document = { _id: 1, a: 1, b: { c: 2, d: 3 }, l: [{ x: 1, y: 2 }, { y: 3 }, 4] };
