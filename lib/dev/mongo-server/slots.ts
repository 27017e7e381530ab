import type { Doc, Value } from './bson-doc.ts';
import { fail } from './errors.ts';
import type { Maybe } from './order.ts';
import { isIndex } from './paths.ts';

/** One place in a document that may hold a value. */
export interface Slot {
  get(): Maybe;
  /** Puts a value there; with `undefined` takes it away, which leaves null in an array. */
  set(value: Maybe): void;
}

/** What to do where a path does not go on: make what is missing, leave it (but not what is in the way), or leave all. */
type Missing = 'create' | 'leave' | 'leave all';

/** Follows a path. Throws code 28 where something else than a document or an array is in the way. */
export function locate(doc: Doc, parts: string[], missing: Missing): Slot | undefined {
  let holder: Value = doc;
  for (const [at, part] of parts.entries()) {
    const slot = slotOf(holder, part);
    if (!slot && missing !== 'leave all')
      fail(28, `Cannot create field '${part}' in element {${parts[at - 1]}: ...}`);
    if (!slot || at === parts.length - 1) return slot;
    let next = slot.get();
    if (next === undefined) {
      if (missing !== 'create') return undefined;
      next = new Map();
      slot.set(next);
    }
    holder = next;
  }
  return undefined;
}

/** As on the server. */
const maxPadding = 1_500_000;

function slotOf(holder: Value, part: string): Slot | undefined {
  if (holder instanceof Map) {
    return {
      get: () => holder.get(part),
      set: (value) => (value === undefined ? holder.delete(part) : holder.set(part, value)),
    };
  }
  if (!Array.isArray(holder) || !isIndex(part)) return undefined;
  const at = Number(part);
  return {
    get: () => holder[at],
    set(value) {
      if (at - holder.length > maxPadding) fail(2, `can't backfill more than ${maxPadding} elements`);
      while (holder.length < at) holder.push(null);
      holder[at] = value ?? null;
    },
  };
}
