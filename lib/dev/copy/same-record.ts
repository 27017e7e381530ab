import type { CopiedRecord } from '../../store/copying.ts';

/** True where two records say the same, whichever store each was read from. */
export function isSameRecord(one: CopiedRecord, other: CopiedRecord): boolean {
  return JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
}

/** Keys in order, times and bytes as text; what is null is left out, as some stores do. */
function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return { date: value.getTime() };
  if (Buffer.isBuffer(value)) return { bytes: value.toString('base64') };
  if (Array.isArray(value)) return value.map(canonical);
  // A session's fields: their bytes say all that their values do.
  if (value instanceof Map)
    return [...value].map(([name, { bytes }]) => [name, canonical(bytes)]).sort(byName);
  return Object.entries(value)
    .filter(([, item]) => item !== undefined && item !== null)
    .map(([name, item]) => [name, canonical(item)])
    .sort(byName);
}

function byName([one]: unknown[], [other]: unknown[]): number {
  return String(one) < String(other) ? -1 : 1;
}
