import type { FieldsChange } from '../records.ts';

/** A function takes so many arguments in SQLite, and some to spare. */
const mostPaths = 40;

/**
 * The change of the JSON column `data` as MySQL and SQLite say it; names of fields need no escape in a path.
 *
 * @param removedAtOnce how many paths one `json_remove` is given.
 */
export function changeByPaths(
  { set, unset }: FieldsChange,
  removedAtOnce = mostPaths,
): { sql: string; bindings: unknown[] } {
  let sql = 'data';
  const bindings: unknown[] = [];
  for (const names of batches(unset, removedAtOnce)) {
    sql = `json_remove(${sql}${', ?'.repeat(names.length)})`;
    bindings.push(...names.map(pathOf));
  }
  for (const fields of batches([...set], mostPaths)) {
    sql = `json_set(${sql}${', ?, ?'.repeat(fields.length)})`;
    bindings.push(...fields.flatMap(([name, value]) => [pathOf(name), value]));
  }
  return { sql, bindings };
}

const pathOf = (name: string) => `$."${name}"`;

function batches<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
