interface Entry<T> {
  key: string;
  item: T;
}

/** Items in the order of their keys, which are unique, kept in chunks so that a change moves few of them. */
export interface SortedList<T> {
  insert(key: string, item: T): void;
  remove(key: string): void;
  /** Items with `from <= key < to`, in order or the other way. The list must not change while they are read. */
  range(from: string, to: string, reverse?: boolean): Iterable<T>;
}

const chunkSize = 512;

/** Makes an empty list. */
export function sortedList<T>(): SortedList<T> {
  const chunks: Entry<T>[][] = [[]];

  /** Where `key` is or would be; the chunk is always one that exists. */
  function find(key: string): { at: number; chunk: Entry<T>[]; position: number } {
    const at = bisect(chunks.length - 1, (index) => (chunks[index]?.at(-1)?.key ?? '') < key);
    const chunk = chunks[at] ?? [];
    return { at, chunk, position: bisect(chunk.length, (index) => (chunk[index]?.key ?? '') < key) };
  }

  function* forward(from: string, to: string): Iterable<T> {
    let { at, position } = find(from);
    for (; at < chunks.length; at++, position = 0) {
      const chunk = chunks[at] ?? [];
      for (let entry = chunk[position]; entry; entry = chunk[++position]) {
        if (entry.key >= to) return;
        yield entry.item;
      }
    }
  }

  function* backward(from: string, to: string): Iterable<T> {
    let { at, position } = find(to);
    for (; at >= 0; at--, position = chunks[at]?.length ?? 0) {
      const chunk = chunks[at] ?? [];
      for (let entry = chunk[--position]; entry; entry = chunk[--position]) {
        if (entry.key < from) return;
        yield entry.item;
      }
    }
  }

  return {
    insert(key, item) {
      const { at, chunk, position } = find(key);
      chunk.splice(position, 0, { key, item });
      if (chunk.length > chunkSize) chunks.splice(at + 1, 0, chunk.splice(chunkSize / 2));
    },
    remove(key) {
      const { at, chunk, position } = find(key);
      if (chunk[position]?.key === key) chunk.splice(position, 1);
      if (chunk.length === 0 && chunks.length > 1) chunks.splice(at, 1);
    },
    range: (from, to, reverse = false) => (reverse ? backward(from, to) : forward(from, to)),
  };
}

/** The first of `length` positions for which `before` is false; it must be true up to some point only. */
function bisect(length: number, before: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
