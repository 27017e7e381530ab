import { type Doc, firstName, type Maybe } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import { isTrue, plain } from './numbers.ts';

/** What any command may carry, beside its own fields. */
const generic = '$db lsid writeConcern maxTimeMS';

/** Holds a command to its fields (space-separated): any other is refused by name, unless it is off. */
export function checkFields(body: Doc, known: string, of = firstName(body)): void {
  for (const [name, value] of body) {
    const isKnown = name === of || ` ${known} ${generic} `.includes(` ${name} `);
    if (!isKnown && value !== false) refuse(`the field ${name} of ${of}`);
  }
}

/** One node, whose log is written before it answers: a majority has all that it has applied. */
export function checkWriteConcern(body: Doc): void {
  const concern = docOf(body, 'writeConcern');
  checkFields(concern, 'w', 'writeConcern');
  const w = concern.get('w') ?? 1;
  if (w !== 'majority' && w !== 0 && w !== 1) refuse(`the write concern ${String(w)}`);
}

/** A whole number from `least` on, or undefined where it is absent. */
export function numberOf(body: Doc, name: string, least: number): number | undefined {
  const value = body.get(name);
  if (value === undefined) return undefined;
  const number = plain(value);
  return Number.isInteger(number) && number >= least ? number : refuse(`${String(value)} for ${name}`);
}

/** A document, empty where it is absent. */
export function docOf(body: Doc, name: string): Doc {
  const value = body.get(name) ?? new Map();
  return value instanceof Map ? value : failType(name, 'object');
}

export function docsOf(body: Doc, name: string): Doc[] {
  const value = body.get(name);
  if (!Array.isArray(value)) return failType(name, 'array');
  return value.map((item) => (item instanceof Map ? item : failType(name, 'object')));
}

export function textOf(body: Doc, name: string): string {
  const value = body.get(name);
  return typeof value === 'string' ? value : failType(name, 'string');
}

export function flagOf(body: Doc, name: string, otherwise = false): boolean {
  return isTrue(body.get(name) ?? otherwise);
}

function failType(name: string, type: string): never {
  return fail(14, `BSON field '${name}' is the wrong type, expected type '${type}'`);
}

/** The namespace that a command is about: what its first field names, unless `name` is given. */
export function namespaceOf(body: Doc, name: Maybe = body.get(firstName(body))): string {
  if (typeof name !== 'string' || name === '' || /^(\.|system\.)|[$\0]/.test(name))
    return refuse(`the collection name ${String(name)}`);
  return `${databaseOf(body)}.${name}`;
}

export function databaseOf(body: Doc): string {
  const name = body.get('$db');
  if (typeof name === 'string' && /^[^/\\. "$\0]{1,63}$/.test(name)) return name;
  return refuse(`the database name ${String(name)}`);
}
