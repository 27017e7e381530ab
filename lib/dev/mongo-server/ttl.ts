import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CollectionIndex, StoredDoc } from './collection-index.ts';
import { kindPrefix, sortKey } from './order.ts';
import type { Collection, Storage } from './storage.ts';

/** Documents removed before others get their turn. */
const batchSize = 200;

/** Removes what TTL indexes say is over, a few documents at a time. Returns how many it removed. */
export async function sweepExpired(storage: Storage, now: Date = new Date()): Promise<number> {
  let removed = 0;
  for (const collection of [...storage.collections.values()]) {
    for (const index of collection.indexes) {
      if (index.expireAfterSeconds !== undefined)
        removed += await sweepIndex(storage, collection, index, now);
    }
  }
  return removed;
}

async function sweepIndex(
  storage: Storage,
  collection: Collection,
  index: CollectionIndex,
  now: Date,
): Promise<number> {
  const limit = new Date(now.getTime() - (index.expireAfterSeconds ?? 0) * 1000);
  for (let removed = 0; ; ) {
    // Others may have dropped the collection or the index in between.
    if (storage.collections.get(collection.ns) !== collection || !collection.indexes.includes(index))
      return removed;
    const expired = firstExpired(index, limit);
    for (const stored of expired) storage.remove(collection, stored);
    storage.flush();
    removed += expired.length;
    if (expired.length < batchSize) return removed;
    await nextTurn();
  }
}

/** Only dates expire. */
function firstExpired(index: CollectionIndex, limit: Date): StoredDoc[] {
  const expired: StoredDoc[] = [];
  for (const stored of index.entries.range(kindPrefix('date'), `${sortKey(limit)}\uffff`)) {
    expired.push(stored);
    if (expired.length >= batchSize) break;
  }
  return expired;
}
