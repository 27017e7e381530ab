import type { FieldsChange } from '../records.ts';

/**
 * A merge patch of the JSON column `data` (RFC 7396), however many keys it changes: a list of arguments, or a nest of
 * calls, has an end in every database. Each value of the column is text, so that null can only mean a key that goes.
 */
export function patchOf({ set, unset }: FieldsChange): string {
  return JSON.stringify(Object.fromEntries([...set, ...unset.map((name) => [name, null])]));
}
