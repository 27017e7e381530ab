import { calculateObjectSize } from 'bson';
import { type Doc, maxDocumentBytes } from './bson-doc.ts';
import { fail } from './errors.ts';

export interface Batch {
  items: Doc[];
  /** Under which the rest waits, 0 if there is none. */
  id: bigint;
}

/** Results that did not fit into one batch. */
export interface Cursors {
  /** The first `size` results; what is left waits if `keepOpen`. */
  open(ns: string, results: Doc[], size: number, keepOpen?: boolean): Batch;
  next(ns: string, id: bigint, size: number): Batch;
  /** Returns whether there was such a cursor. */
  kill(ns: string, id: bigint): boolean;
}

/** As on the server, a cursor that no one asks for ten minutes is gone. */
const idleMs = 600_000;

/** Makes an empty set of cursors. */
export function createCursors(): Cursors {
  const cursors = new Map<bigint, { ns: string; rest: Doc[]; usedAt: number }>();
  let lastId = BigInt(Date.now()) << 16n;

  function expire() {
    for (const [id, { usedAt }] of cursors) if (Date.now() - usedAt > idleMs) cursors.delete(id);
  }

  function hand(ns: string, id: bigint, results: Doc[], size: number, keepOpen: boolean): Batch {
    const items = takeBatch(results, size);
    const rest = results.slice(items.length);
    if (!keepOpen || rest.length === 0) {
      cursors.delete(id);
      return { items, id: 0n };
    }
    cursors.set(id, { ns, rest, usedAt: Date.now() });
    return { items, id };
  }

  return {
    open(ns, results, size, keepOpen = true) {
      expire();
      lastId += 1n;
      return hand(ns, lastId, results, size, keepOpen);
    },
    next(ns, id, size) {
      expire();
      const cursor = cursors.get(id);
      if (cursor?.ns !== ns) return fail(43, `cursor id ${id} not found`);
      return hand(ns, id, cursor.rest, size, true);
    },
    kill: (ns, id) => cursors.get(id)?.ns === ns && cursors.delete(id),
  };
}

/** As many results as are asked for and fit into a reply of 16 MiB, but one at least. */
function takeBatch(results: Doc[], size: number): Doc[] {
  let bytes = 0;
  const end = results.findIndex((result, at) => {
    bytes += calculateObjectSize(result);
    return at >= size || (at > 0 && bytes > maxDocumentBytes);
  });
  return end < 0 ? results : results.slice(0, end);
}
