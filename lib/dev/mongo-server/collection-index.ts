import { type Doc, doc, type Maybe, type Value } from './bson-doc.ts';
import { refuse, ServerError } from './errors.ts';
import { plain } from './numbers.ts';
import { sortKey } from './order.ts';
import { type SortedList, sortedList } from './sorted-list.ts';

/** A stored document: its bytes, its place in natural order, and its keys in each index that holds it. */
export interface StoredDoc {
  readonly id: string;
  bytes: Buffer;
  readonly sequence: string;
  keys: Map<CollectionIndex, readonly string[]>;
}

/** Under which key a document stands in an index, and the values of its fields that make it. */
export interface IndexEntry {
  readonly key: string;
  readonly values: readonly Maybe[];
}

export interface CollectionIndex {
  /** As listIndexes answers it. */
  readonly spec: Doc;
  readonly name: string;
  readonly fields: readonly { name: string; parts: string[] }[];
  readonly unique: boolean;
  readonly sparse: boolean;
  /** The field that a document must have to stand in it. */
  readonly partialField: { name: string; parts: string[] } | undefined;
  readonly expireAfterSeconds: number | undefined;
  /** The places of the fields of which a document had several values in it, once there was one. */
  readonly multikeyFields: Set<number>;
  readonly entries: SortedList<StoredDoc>;
}

/** Makes an empty index from its (checked) specification. */
export function collectionIndex(spec: Doc): CollectionIndex {
  const expires = spec.get('expireAfterSeconds');
  const partial = spec.get('partialFilterExpression');
  return {
    spec,
    name: String(spec.get('name')),
    fields: [...(spec.get('key') as Doc).keys()].map(fieldOf),
    unique: spec.get('unique') === true || spec.get('name') === '_id_',
    sparse: spec.get('sparse') === true,
    partialField: partial instanceof Map ? fieldOf([...partial.keys()][0] ?? '') : undefined,
    expireAfterSeconds: expires === undefined ? undefined : plain(expires),
    multikeyFields: new Set(),
    entries: sortedList(),
  };
}

const fieldOf = (name: string) => ({ name, parts: name.split('.') });

/** Where a document stands in an index: nowhere where a sparse or partial one leaves it out, and by each value only once. */
export function indexEntries(index: CollectionIndex, document: Doc): IndexEntry[] {
  const { fields, sparse, partialField, expireAfterSeconds } = index;
  if (partialField && valueAt(document, partialField.parts) === undefined) return [];
  const all =
    expireAfterSeconds === undefined
      ? combined(fields.map(({ parts, name }) => valuesAt(document, parts, name)))
      : [fields.map(({ parts }) => valueAt(document, parts))];
  const kept = sparse ? all.filter((values) => values.some((value) => value !== undefined)) : all;
  for (const [at] of fields.entries())
    if (kept.some((values) => values[at] !== kept[0]?.[at])) index.multikeyFields.add(at);
  const entries = kept.map((values) => ({
    key: values.map((value) => sortKey(value ?? null)).join(''),
    values,
  }));
  return [...new Map(entries.map((entry) => [entry.key, entry])).values()];
}

/** One value of each field, in every way; as in the server only one of the fields may have several. */
function combined(values: readonly Maybe[][]): Maybe[][] {
  if (values.filter(({ length }) => length > 1).length > 1) refuse('several arrays in one index');
  return values.reduce<Maybe[][]>(
    (all, each) => all.flatMap((before) => each.map((value) => [...before, value])),
    [[]],
  );
}

/**
 * The values of a field in each document of the lists on the way to it, and those of a list itself; what is not there
 * is undefined.
 */
function valuesAt(document: Doc, [part = '', ...rest]: readonly string[], name: string): Maybe[] {
  const value = document.get(part);
  if (rest.length === 0 && !Array.isArray(value)) return [value];
  if (rest.length === 0 && Array.isArray(value)) {
    if (value.some((item) => Array.isArray(item))) refuse(`an array in the array ${name} in an index`);
    return value.length > 0 ? value : [undefined];
  }
  if (value instanceof Map) return valuesAt(value, rest, name);
  if (!Array.isArray(value)) return [undefined];
  if (/^\d+$/.test(rest[0] ?? '')) refuse('a position in an array in an index');
  const each = value.flatMap((item) => (item instanceof Map ? valuesAt(item, rest, name) : [undefined]));
  return each.length > 0 ? each : [undefined];
}

/** The key by which a document is sorted under one path. */
export function fieldKey(document: Doc, parts: readonly string[]): string {
  return sortKey(valueAt(document, parts) ?? null);
}

/** Of an array the server takes an element, which nothing here needs. */
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
  { key, values }: IndexEntry,
  self: StoredDoc | undefined,
  ns: string,
): void {
  if (!index.unique) return;
  for (const stored of index.entries.range(key, `${key}\uffff`))
    if (stored !== self) throw duplicateKey(index, ns, values);
}

function duplicateKey(
  { name, spec, fields }: CollectionIndex,
  ns: string,
  values: IndexEntry['values'],
): ServerError {
  const keyValue: Doc = new Map(fields.map((field, at) => [field.name, values[at] ?? null]));
  const shown = [...keyValue].map(([field, value]) => `${field}: ${show(value)}`).join(', ');
  const message = `E11000 duplicate key error collection: ${ns} index: ${name} dup key: { ${shown} }`;
  return new ServerError(11000, message, doc({ keyPattern: spec.get('key'), keyValue }));
}

/** As the server writes it, which is worth it for what is unique here: strings, numbers and null. */
function show(value: Value): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
