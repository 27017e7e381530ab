import { type Doc, doc, type Maybe, type Value } from './bson-doc.ts';
import { refuse, ServerError } from './errors.ts';
import { plain } from './numbers.ts';
import { sortKey } from './order.ts';
import { type SortedList, sortedList } from './sorted-list.ts';

/** A stored document: its bytes, its place in natural order, and its key in each index that holds it. */
export interface StoredDoc {
  readonly id: string;
  bytes: Buffer;
  readonly sequence: string;
  keys: Map<CollectionIndex, string>;
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
  };
}

/** The key under which a document stands in an index; undefined where a sparse one leaves it out. */
export function indexKey({ fields, sparse }: CollectionIndex, document: Doc): string | undefined {
  const values = fields.map(({ parts }) => valueAt(document, parts));
  if (sparse && values.every((value) => value === undefined)) return undefined;
  return values.map((value) => sortKey(value ?? null)).join('');
}

/** The key by which a document is sorted under one path. */
export function fieldKey(document: Doc, parts: readonly string[]): string {
  return sortKey(valueAt(document, parts) ?? null);
}

/** The server has as many keys as an array has elements, which nothing here needs. */
function valueAt(document: Doc, parts: readonly string[]): Maybe {
  let value: Maybe = document;
  for (const part of parts) {
    value = value instanceof Map ? value.get(part) : undefined;
    if (Array.isArray(value)) refuse(`an array under ${parts.join('.')} in an index or a sort`);
  }
  return value;
}

/** Throws code 11000 where the key is another document's than `self`. */
export function assertUnique(
  index: CollectionIndex,
  key: string,
  self: StoredDoc | undefined,
  ns: string,
  document: Doc,
): void {
  if (!index.unique) return;
  for (const stored of index.entries.range(key, `${key}\uffff`))
    if (stored !== self) throw duplicateKey(index, ns, document);
}

function duplicateKey({ name, spec, fields }: CollectionIndex, ns: string, document: Doc): ServerError {
  const keyValue: Doc = new Map(fields.map((field) => [field.name, valueAt(document, field.parts) ?? null]));
  const shown = [...keyValue].map(([field, value]) => `${field}: ${show(value)}`).join(', ');
  const message = `E11000 duplicate key error collection: ${ns} index: ${name} dup key: { ${shown} }`;
  return new ServerError(11000, message, doc({ keyPattern: spec.get('key'), keyValue }));
}

/** As the server writes it, which is worth it for what is unique here: strings, numbers and null. */
function show(value: Value): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
