import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Doc, decode, doc, encode } from './bson-doc.ts';
import {
  assertUnique,
  type CollectionIndex,
  collectionIndex,
  indexEntries,
  type StoredDoc,
} from './collection-index.ts';
import { type Journal, type JournalRecord, openJournal, readJournal, rewriteJournal } from './journal.ts';
import { takeLock } from './lock.ts';
import { sortKey } from './order.ts';

export interface Collection {
  readonly ns: string;
  /** In natural order, by the sort key of `_id`. */
  readonly docs: Map<string, StoredDoc>;
  /** The first is always `_id_`. */
  indexes: CollectionIndex[];
  sequence: number;
}

export interface Storage {
  readonly collections: Map<string, Collection>;
  /** Makes the collection if it is not there. */
  collection(ns: string): Collection;
  insert(collection: Collection, document: Doc, bytes: Buffer): void;
  /** Puts a document, and the same as BSON, in the place of a stored one that has the same `_id`. */
  replace(collection: Collection, stored: StoredDoc, document: Doc, bytes: Buffer): void;
  remove(collection: Collection, stored: StoredDoc): void;
  /** Makes exactly these indexes stand, all or none of the new ones. */
  setIndexes(collection: Collection, specs: Doc[]): void;
  drop(ns: string): void;
  /** To be called before a reply to a write leaves. */
  flush(): void;
  close(): void;
}

/** Opens what is kept in `dataDir`, or an empty storage that forgets. Throws where another process has it open. */
export function openStorage(dataDir?: string): Storage {
  if (dataDir === undefined) return createStorage(new Map());
  mkdirSync(dataDir, { recursive: true });
  const release = takeLock(join(dataDir, 'lock'));
  try {
    const file = join(dataDir, 'data.log');
    const past = createStorage(new Map());
    const records = readJournal(file, (record) => replay(past, record));
    const present = [...snapshot(past)];
    if (records > present.length) rewriteJournal(file, present);
    return createStorage(past.collections, openJournal(file), release);
  } catch (error) {
    release();
    throw error;
  }
}

function replay(storage: Storage, { change, ns, bytes }: JournalRecord): void {
  if (change === 'drop') {
    storage.drop(ns);
    return;
  }
  const collection = storage.collection(ns);
  const document = decode(bytes);
  const stored = collection.docs.get(sortKey(document.get('_id')));
  if (change === 'indexes') storage.setIndexes(collection, document.get('indexes') as Doc[]);
  else if (change === 'put' && stored) storage.replace(collection, stored, document, bytes);
  else if (change === 'put') storage.insert(collection, document, bytes);
  else if (stored) storage.remove(collection, stored);
}

function* snapshot({ collections }: Storage): Iterable<JournalRecord> {
  for (const { ns, indexes, docs } of collections.values()) {
    yield { change: 'indexes', ns, bytes: encode(doc({ indexes: indexes.map(({ spec }) => spec) })) };
    for (const { bytes } of docs.values()) yield { change: 'put', ns, bytes };
  }
}

const idSpec = doc({ v: 2, key: doc({ _id: 1 }), name: '_id_' });

function createStorage(
  collections: Map<string, Collection>,
  journal?: Journal,
  release?: () => void,
): Storage {
  function record(change: JournalRecord['change'], ns: string, bytes: Buffer) {
    journal?.append({ change, ns, bytes });
  }

  function uniqueKeys({ ns, indexes }: Collection, document: Doc, self?: StoredDoc): StoredDoc['keys'] {
    const keys: StoredDoc['keys'] = new Map();
    for (const index of indexes) {
      const entries = indexEntries(index, document);
      for (const entry of entries) assertUnique(index, entry, self, ns);
      keys.set(
        index,
        entries.map(({ key }) => key),
      );
    }
    return keys;
  }

  function setIndexes(collection: Collection, specs: Doc[]) {
    const kept = collection.indexes.filter(({ name }) => specs.some((spec) => spec.get('name') === name));
    const fresh = specs
      .filter((spec) => !kept.some(({ name }) => spec.get('name') === name))
      .map((spec) => collectionIndex(spec));
    const built = fresh.map((index) => buildIndex(collection, index));
    const gone = collection.indexes.filter((index) => !kept.includes(index));
    for (const stored of collection.docs.values()) {
      for (const index of gone) stored.keys.delete(index);
      for (const [at, index] of fresh.entries()) {
        stored.keys.set(index, built[at]?.get(stored) ?? []);
      }
    }
    collection.indexes = [...kept, ...fresh];
    const document = doc({ indexes: collection.indexes.map(({ spec }) => spec) });
    record('indexes', collection.ns, encode(document));
  }

  return {
    collections,
    setIndexes,
    collection(ns) {
      let collection = collections.get(ns);
      if (!collection) {
        collection = { ns, docs: new Map(), indexes: [], sequence: 0 };
        setIndexes(collection, [idSpec]);
        collections.set(ns, collection);
      }
      return collection;
    },
    insert(collection, document, bytes) {
      const keys = uniqueKeys(collection, document);
      const id = sortKey(document.get('_id'));
      const stored: StoredDoc = { id, bytes, keys, sequence: sequenceKey(collection.sequence++) };
      collection.docs.set(id, stored);
      for (const [index, own] of keys) enter(index, own, stored);
      record('put', collection.ns, bytes);
    },
    replace(collection, stored, document, bytes) {
      const keys = uniqueKeys(collection, document, stored);
      for (const [index, own] of keys) {
        const before = stored.keys.get(index) ?? [];
        leave(index, without(before, own), stored);
        enter(index, without(own, before), stored);
      }
      Object.assign(stored, { keys, bytes });
      record('put', collection.ns, bytes);
    },
    remove(collection, stored) {
      collection.docs.delete(stored.id);
      for (const [index, own] of stored.keys) leave(index, own, stored);
      record('remove', collection.ns, encode(doc({ _id: decode(stored.bytes).get('_id') })));
    },
    drop(ns) {
      if (collections.delete(ns)) record('drop', ns, Buffer.alloc(0));
    },
    flush: () => journal?.flush(),
    close() {
      journal?.close();
      release?.();
    },
  };
}

function enter(index: CollectionIndex, keys: readonly string[], stored: StoredDoc): void {
  for (const key of keys) index.entries.insert(key + stored.sequence, stored);
}

function leave(index: CollectionIndex, keys: readonly string[], stored: StoredDoc): void {
  for (const key of keys) index.entries.remove(key + stored.sequence);
}

function without(keys: readonly string[], others: readonly string[]): string[] {
  return keys.filter((key) => !others.includes(key));
}

function buildIndex({ ns, docs }: Collection, index: CollectionIndex): Map<StoredDoc, string[]> {
  const built = new Map<StoredDoc, string[]>();
  for (const stored of docs.values()) {
    const document = decode(stored.bytes);
    const entries = indexEntries(index, document);
    for (const entry of entries) assertUnique(index, entry, undefined, ns);
    const keys = entries.map(({ key }) => key);
    enter(index, keys, stored);
    built.set(stored, keys);
  }
  return built;
}

/** Three code units below U+FFFF that sort as the number does: natural order among equal keys. */
function sequenceKey(sequence: number): string {
  const digits = [0xffff ** 2, 0xffff, 1].map((unit) => Math.floor(sequence / unit) % 0xffff);
  return String.fromCharCode(...digits);
}
