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
  ['conditions that different elements meet', { 'list.k': 1, 'list.v': 4 }, [3]],
  ['null inside an array of documents', { 'list.k': null }, [1, 2, 4, 5, 6, 7, 8]],
  ['a document, with its order of fields', { sub: { x: 1, y: 2 } }, [1]],
  ['a dotted path', { 'sub.x': 1 }, [1, 2]],
  ['a dotted path into an array of documents', { 'list.k': 3 }, [3, 6]],
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
  ['$in of nothing', { s: { $in: [] } }, []],
  ['$exists', { s: { $exists: true } }, [1, 2, 3, 4, 7]],
  ['$exists: false', { at: { $exists: false } }, [3, 4, 5, 6, 8]],
  ['$exists in an array of documents', { 'list.k': { $exists: true } }, [3, 6]],
  ['$and of one field', { $and: [{ n: { $gt: 0 } }, { n: { $lt: 2 } }] }, [1, 6, 8]],
  ['$or', { $or: [{ n: 3 }, { s: 'apple' }] }, [1, 3]],
  ['$nor', { $nor: [{ n: { $exists: true } }, { s: 'x' }] }, [5]],
  ['nested logic', { $or: [{ $and: [{ n: 1 }, { flag: true }] }, { _id: { $in: [5] } }] }, [1, 5]],
  ['_id and a condition', { _id: 1, n: { $gt: 5 } }, []],
];

/** A sort, and the ids in its order of what has no array there. */
export const sorts: [name: string, sort: Document, ids: number[]][] = [
  ['all types in MongoDB’s order', { n: 1, _id: 1 }, [5, 7, 1, 8, 2, 3, 4]],
  ['the other way', { n: -1, _id: 1 }, [4, 3, 2, 1, 8, 7, 5]],
  ['two fields', { flag: -1, _id: -1 }, [1, 2, 8, 7, 5, 4, 3]],
];
export const sorted = documents.filter(({ _id }) => _id !== 6);

/** A projection, and what it leaves of a document. */
export const projections: [name: string, projection: Document, document: Document][] = [
  ['fields', { a: 1 }, { _id: 1, a: 1 }],
  ['_id alone', { _id: 1 }, { _id: 1 }],
  ['a part of a document', { 'b.c': 1 }, { _id: 1, b: { c: 2 } }],
  ['what is not there', { zzz: 1 }, { _id: 1 }],
];
export const projected: Document = { _id: 1, a: 1, b: { c: 2, d: 3 }, l: [{ x: 1, y: 2 }, { y: 3 }, 4] };
