import type { Fields, FieldsChange } from '../store/records.ts';

/** What makes stored fields equal to those of a session, or undefined where nothing changed. */
export function fieldsChange(stored: Fields, now: Fields): FieldsChange | undefined {
  const changed = [...now].filter(([name, { bytes }]) => !stored.get(name)?.bytes.equals(bytes));
  const unset = [...stored.keys()].filter((name) => !now.has(name));
  if (changed.length === 0 && unset.length === 0) return undefined;
  return { set: new Map(changed.map(([name, { value }]) => [name, value])), unset };
}
