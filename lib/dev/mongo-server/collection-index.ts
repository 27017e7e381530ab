import { Binary, Double, ObjectId } from 'bson';
import { type Doc, doc, type Value } from './bson-doc.ts';
import { fail, refuse, ServerError } from './errors.ts';
import { plain } from './numbers.ts';
import { type Maybe, sortKey } from './order.ts';
import { type SortedList, sortedList } from './sorted-list.ts';

/** A stored document: its bytes, its place in natural order, and its keys in each index. */
export interface StoredDoc {
  readonly id: string;
  bytes: Buffer;
  readonly sequence: string;
  keys: Map<CollectionIndex, string[]>;
}

export interface CollectionIndex {
  /** As listIndexes answers it. */
  readonly spec: Doc;
  readonly name: string;
  readonly fields: readonly { name: string; parts: string[] }[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly expireAfterSeconds: number | undefined;
  readonly entries: SortedList<StoredDoc>;
  /** Set for good once a document has an array under the index. */
  multikey: boolean;
}

/** Makes an empty index from its (checked) specification. */
export function collectionIndex(spec: Doc): CollectionIndex {
  const expires = spec.get('expireAfterSeconds');
  return {
    spec,
    name: String(spec.get('name')),
    fields: [...(spec.get('key') as Doc).keys()].map((name) => ({ name, parts: name.split('.') })),
    unique: spec.get('unique') === true || spec.get('name') === '_id_',
    sparse: spec.get('sparse') === true,
    expireAfterSeconds: expires === undefined ? undefined : plain(expires),
    entries: sortedList(),
    multikey: false,
  };
}

/** The keys under which a document stands in an index: several where a field is an array, none where it is left out. */
export function indexKeys(index: CollectionIndex, document: Doc): string[] {
  const columns = index.fields.map(({ parts }) => column(document, parts));
  if (index.sparse && columns.flat().every((value) => value === undefined)) return [];
  noteArrays(index, document);
  let keys = [''];
  for (const values of columns) keys = keys.flatMap((key) => values.map((value) => key + columnKey(value)));
  return [...new Set(keys)];
}

/** The keys by which a document is indexed or sorted under one path. */
export function fieldKeys(document: Doc, parts: readonly string[]): string[] {
  return column(document, parts).map(columnKey);
}

const emptyArray: Value[] = [];

/** An absent field stands in an index as null, an empty array as what comes before it. */
function columnKey(value: Maybe): string {
  return value === emptyArray ? sortKey(undefined) : sortKey(value ?? null);
}

/** One field of an index may be an array, and then documents have several keys in it. */
function noteArrays(index: CollectionIndex, document: Doc): void {
  const [first, second] = index.fields.filter(({ parts }) => hasArray(document, parts));
  if (first) index.multikey = true;
  if (!first || !second) return;
  if (first.parts[0] === second.parts[0]) refuse('an index on two fields of the documents of an array');
  fail(171, `cannot index parallel arrays [${second.name}] [${first.name}]`);
}

/** Whether a path meets an array in a document, or ends at one. */
export function hasArray(document: Doc, parts: readonly string[]): boolean {
  let value: Maybe = document;
  for (const part of parts) value = value instanceof Map ? value.get(part) : value;
  return Array.isArray(value);
}

/** The values of one field: one, or the elements of the arrays on its path. */
function column(value: Maybe, parts: readonly string[]): Maybe[] {
  const [part, ...rest] = parts;
  if (Array.isArray(value)) {
    if (part === undefined) return value.length === 0 ? [emptyArray] : value;
    if (/^\d+$/.test(part)) refuse('positions in an array for an index or a sort');
    const found = value.flatMap((element) => (Array.isArray(element) ? [undefined] : column(element, parts)));
    return found.length === 0 ? [undefined] : found;
  }
  if (part === undefined) return [value];
  return column(value instanceof Map ? value.get(part) : undefined, rest);
}

/** Throws code 11000 where one of the keys is another document's. */
export function assertUnique(
  index: CollectionIndex,
  keys: string[],
  self: StoredDoc | undefined,
  ns: string,
  document: Doc,
): void {
  if (!index.unique) return;
  for (const key of keys) {
    for (const stored of index.entries.range(key, `${key}\uffff`)) {
      if (stored !== self) throw duplicateKey(index, ns, document, key);
    }
  }
}

function duplicateKey(index: CollectionIndex, ns: string, document: Doc, key: string): ServerError {
  // Of an array's elements it is the one that stands in the key which is taken.
  const keyValue: Doc = new Map(
    index.fields.map(({ name, parts }) => [
      name,
      column(document, parts).find((value) => key.includes(columnKey(value))) ?? null,
    ]),
  );
  const message = `E11000 duplicate key error collection: ${ns} index: ${index.name} dup key: ${show(keyValue)}`;
  return new ServerError(11000, message, doc({ keyPattern: index.spec.get('key'), keyValue }));
}

/** A value as the server writes it in the message of a duplicate key. */
function show(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Binary) return `BinData(${value.sub_type}, ${value.toString('hex').toUpperCase()})`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof Double)
    return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(show).join(', ')} ]`;
  if (!(value instanceof Map)) return String(value);
  return value.size === 0
    ? '{}'
    : `{ ${[...value].map(([name, item]) => `${name}: ${show(item)}`).join(', ')} }`;
}
