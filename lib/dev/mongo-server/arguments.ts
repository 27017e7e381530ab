import { type Doc, firstName, type Value } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import type { Variables } from './expression.ts';
import { plain } from './numbers.ts';
import type { Maybe } from './order.ts';

/** What any command may carry, beside its own fields. */
const generic =
  '$db lsid $clusterTime $readPreference readConcern writeConcern comment maxTimeMS apiVersion apiStrict ' +
  'apiDeprecationErrors txnNumber autocommit startTransaction';

/**
 * Holds a command to its fields (space-separated): those in `known` are looked at by the command, those in
 * `unsupported` are refused by name, and any other is an error as on the server.
 */
export function checkFields(body: Doc, known: string, unsupported = '', of = firstName(body)): void {
  for (const [name, value] of body) {
    if (name === of || isListed(name, known) || isListed(name, generic)) continue;
    if (!isListed(name, unsupported)) fail(40415, `BSON field '${of}.${name}' is an unknown field.`);
    if (value !== false && value !== null) refuse(`the option ${name} of ${of}`);
  }
}

function isListed(name: string, list: string): boolean {
  return ` ${list} `.includes(` ${name} `);
}

/** Refuses, or checks, what a command says to the server as a whole. */
export function checkGeneric(body: Doc): void {
  if (body.has('txnNumber') || body.has('startTransaction') || body.has('autocommit')) {
    fail(20, 'Transaction numbers are only allowed on a replica set member or mongos');
  }
  if (body.get('apiStrict') === true) refuse('apiStrict');
  if ((body.get('apiVersion') ?? '1') !== '1') fail(322, 'API version must be "1"');
  numberOf(body, 'maxTimeMS', 0);
  const reads = docOf(body, 'readConcern');
  checkFields(reads, 'level provenance', 'afterClusterTime afterOpTime atClusterTime', 'readConcern');
  // One durable node: what it has applied is what a majority has.
  if (!['local', 'available', 'majority'].includes(String(reads.get('level') ?? 'local'))) {
    refuse(`the read concern ${reads.get('level')}`);
  }
  syncsDisk(body);
}

/** Whether a write is to be on disk before it is answered. Throws for what one node can not promise. */
export function syncsDisk(body: Doc): boolean {
  const concern = docOf(body, 'writeConcern');
  checkFields(concern, 'w j wtimeout wtimeoutMS fsync provenance', '', 'writeConcern');
  const w = concern.get('w') ?? 1;
  if (w !== 'majority' && !(plain(w) <= 1)) {
    if (typeof w === 'string') refuse(`the write concern ${w}`);
    fail(2, "cannot use 'w' > 1 when a host is not replicated");
  }
  return concern.get('j') === true || concern.get('fsync') === true;
}

/** A whole number in a range, or undefined where it is absent. Throws the server's codes for anything else. */
export function numberOf(body: Doc, name: string, least: number, most = 2 ** 53): number | undefined {
  const value = body.get(name) ?? undefined;
  if (value === undefined) return undefined;
  const number = plain(value);
  if (Number.isNaN(number)) failType(name, 'number');
  if (!Number.isInteger(number)) refuse(`${number} for ${name}`);
  if (number >= least && number <= most) return number;
  return fail(
    number < least ? 51024 : 2,
    `BSON field '${name}' value must be >= ${least}, actual value '${number}'`,
  );
}

/** A document, empty where it is absent. */
export function docOf(body: Doc, name: string): Doc {
  const value = body.get(name) ?? new Map();
  return value instanceof Map ? value : failType(name, 'object');
}

export function docsOf(body: Doc, name: string): Doc[] {
  const value = body.get(name);
  if (value === undefined) return fail(40414, `BSON field '${name}' is missing but a required field`);
  if (!Array.isArray(value)) return failType(name, 'array');
  return value.map((item) => (item instanceof Map ? item : failType(name, 'object')));
}

export function textOf(body: Doc, name: string): string {
  const value = body.get(name);
  return typeof value === 'string' ? value : failType(name, 'string');
}

export function flagOf(body: Doc, name: string, otherwise = false): boolean {
  const value = body.get(name) ?? otherwise;
  if (typeof value === 'boolean') return value;
  return Number.isNaN(plain(value)) ? failType(name, 'bool') : plain(value) !== 0;
}

function failType(name: string, type: string): never {
  return fail(14, `BSON field '${name}' is the wrong type, expected type '${type}'`);
}

/** The namespace that a command is about: what its first field names, unless `name` is given. */
export function namespaceOf(body: Doc, name: Maybe = body.get(firstName(body))): string {
  if (typeof name !== 'string') return fail(73, 'collection name has invalid type');
  const ns = `${databaseOf(body)}.${name}`;
  if (name === '' || name.startsWith('.') || /[$\0]/.test(name) || ns.length > 255)
    fail(73, `Invalid namespace specified '${ns}'`);
  return name.startsWith('system.') ? refuse(`the namespace ${ns}`) : ns;
}

export function databaseOf(body: Doc): string {
  const name = body.get('$db');
  if (typeof name === 'string' && /^[^/\\. "$\0]{1,63}$/.test(name)) return name;
  return fail(73, `Invalid database name: '${String(name)}'`);
}

/** A collation other than the plain one is refused. */
export function checkCollation(body: Doc): void {
  const collation = docOf(body, 'collation');
  if (collation.size > 1 || (collation.get('locale') ?? 'simple') !== 'simple') refuse('collations');
}

/** What `$$name` may stand for in a command's expressions. */
export function variablesOf(body: Doc, now = new Date()): Variables {
  const variables: Record<string, Value> = Object.create(null);
  for (const [name, value] of docOf(body, 'let')) {
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(name)) refuse(`the variable name ${name}`);
    if (
      value instanceof Map ||
      Array.isArray(value) ||
      (typeof value === 'string' && value.startsWith('$'))
    ) {
      refuse('expressions in let');
    }
    variables[name] = value;
  }
  return Object.assign(variables, { NOW: now });
}
