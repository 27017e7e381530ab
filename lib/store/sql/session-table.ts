import { identityTable, markTable, roleTable, schemaTable, tables } from './tables.ts';

const others = new Set<string>([...Object.values(tables), identityTable, roleTable, schemaTable, markTable]);

/** PostgreSQL cuts names at 63 bytes, and the names of a table's indexes begin with the table's. */
const form = /^[a-z_][a-z0-9_]{0,39}$/;

/** What databases keep to themselves; PostgreSQL would read its own table in place of ours. */
const reserved = /^(pg|sqlite)_/;

/** True for a name that every database takes as it is, as that of a table beside the others of the product. */
export function isSessionTable(name: string): boolean {
  return form.test(name) && !reserved.test(name) && !others.has(name);
}
