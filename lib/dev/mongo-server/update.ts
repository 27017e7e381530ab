import { type Doc, doc, encode, firstName, type Value } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import { typeName } from './leaf-tests.ts';
import { compareKeys, isEqual, type Maybe } from './order.ts';
import { isIndex } from './paths.ts';
import { locate } from './slots.ts';
import { assertOperator, type Change, changesOnlyExisting, compileChange } from './update-operators.ts';
import { assertNoEmptyTimestamp, withIdFirst } from './upsert.ts';

export interface Update {
  replacement: boolean;
  /** Counts as a modification even where everything stays equal. */
  forced: boolean;
  /** Changes `doc`, or answers the one to put in its place. */
  apply(doc: Doc, inserting: boolean): Doc;
}

interface Step {
  op: string;
  path: string;
  parts: string[];
  /** Where the result goes: another place than `parts` for $rename only. */
  target: string[];
  change: Change;
}

/** Parses what an update is told to do. Throws the server's codes for what is malformed. */
export function parseUpdate(update: Maybe, now: Date): Update {
  if (Array.isArray(update)) return refuse('updates with an aggregation pipeline');
  if (!(update instanceof Map)) return fail(9, 'Update argument must be either an object or an array');
  return firstName(update).startsWith('$') ? parseModifiers(update, now) : parseReplacement(update);
}

function parseReplacement(replacement: Doc): Update {
  for (const name of replacement.keys()) if (name.startsWith('$')) failDollar(name, name);
  assertNoEmptyTimestamp(replacement);
  const own = replacement.get('_id');
  if (own !== undefined && firstName(replacement) !== '_id')
    refuse('a replacement with an _id that is not first');
  const apply = (doc: Doc) => {
    const id = doc.get('_id');
    if (own === undefined) return withIdFirst(replacement, id);
    if (id === undefined || isEqual(own, id)) return replacement;
    return fail(66, "After applying the update, the (immutable) field '_id' was found to have been altered");
  };
  return { replacement: true, forced: false, apply };
}

function failDollar(name: string, path: string): never {
  return fail(
    52,
    `The dollar ($) prefixed field '${name}' in '${path}' is not allowed in the context of an update's replacement ` +
      'document. Consider using an aggregation pipeline with $replaceWith.',
  );
}

function parseModifiers(update: Doc, now: Date): Update {
  const steps: Step[] = [];
  for (const [op, fields] of update) {
    assertOperator(op);
    if (!(fields instanceof Map)) {
      const example = `For example: {$mod: {<field>: ...}} not {${op}: ...}`;
      return fail(9, `Modifiers operate on fields but we found type ${typeName(fields)} instead. ${example}`);
    }
    for (const [path, operand] of fields) steps.push(parseStep(op, path, operand));
  }
  assertNoConflict(steps);
  steps.sort((a, b) => compareParts(a.target, b.target));
  const forced = steps.some(({ op }) => op === '$currentDate');
  const apply = (document: Doc, inserting: boolean) => {
    const before = idBytes(document);
    for (const step of steps) if (step.op !== '$setOnInsert' || inserting) perform(document, step, now);
    if (!before || before.equals(idBytes(document) ?? Buffer.alloc(0))) return document;
    return fail(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
  };
  return { replacement: false, forced, apply };
}

/** Also another type of number is another `_id` to a modifier. */
function idBytes(document: Doc): Buffer | undefined {
  return document.has('_id') ? encode(doc({ _id: document.get('_id') })) : undefined;
}

function parseStep(op: string, path: string, operand: Value): Step {
  const parts = checkedParts(path);
  if (op !== '$rename') return { op, path, parts, target: parts, change: compileChange(op, operand, path) };
  if (typeof operand !== 'string') return fail(2, `The 'to' field for $rename must be a string: ${path}`);
  if (operand === path) fail(2, `The source and target field for $rename must differ: ${path}: "${operand}"`);
  const target = checkedParts(operand);
  if (overlap(parts, target))
    fail(2, `The source and target field for $rename must not be on the same path: ${path}`);
  return { op, path, parts, target, change: (before) => before };
}

function checkedParts(path: string): string[] {
  const parts = path.split('.');
  if (parts.includes(''))
    fail(56, `The update path '${path}' contains an empty field name, which is not allowed.`);
  for (const part of parts) {
    if (/^\$(\[.*\])?$/.test(part)) refuse(`the positional operator ${part} in an update`);
    if (part.startsWith('$')) failDollar(part, path);
  }
  return parts;
}

/** No path may be another's or lie below it; $rename has two. */
function assertNoConflict(steps: Step[]): void {
  const taken: string[][] = [];
  for (const path of steps.flatMap(({ parts, target }) => (target === parts ? [parts] : [parts, target]))) {
    const other = taken.find((known) => overlap(known, path));
    if (other) {
      const shorter = other.length < path.length ? other : path;
      fail(40, `Updating the path '${path.join('.')}' would create a conflict at '${shorter.join('.')}'`);
    }
    taken.push(path);
  }
}

/** Whether two paths are the same, or one leads on from the other. */
function overlap(a: string[], b: string[]): boolean {
  return a.every((part, at) => at >= b.length || part === b[at]);
}

/** MongoDB goes through an update by name, numbers by value: new fields appear in that order. */
function compareParts(a: string[], b: string[]): number {
  for (const [at, part] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    if (part !== other)
      return isIndex(part) && isIndex(other) ? Number(part) - Number(other) : compareKeys(part, other);
  }
  return 0;
}

function perform(document: Doc, { op, path, parts, target, change }: Step, now: Date): void {
  const isRename = target !== parts;
  if (isRename) assertNoArray(document, [parts, target]);
  const onlyExisting = isRename || changesOnlyExisting(op);
  const slot = locate(document, parts, op === '$unset' ? 'leave all' : onlyExisting ? 'leave' : 'create');
  const before = slot?.get();
  if (!slot || (before === undefined && onlyExisting)) return;
  const after = change(before, { path, document: `{_id: ${String(document.get('_id'))}}`, now });
  if (!isRename) slot.set(after);
  else {
    const destination = locate(document, target, 'create');
    slot.set(undefined);
    destination?.set(after);
  }
}

function assertNoArray(document: Doc, paths: string[][]): void {
  for (const parts of paths) {
    let holder: Maybe = document;
    for (const part of parts) {
      if (Array.isArray(holder)) fail(2, 'The source and target field of $rename cannot be an array element');
      holder = holder instanceof Map ? holder.get(part) : undefined;
    }
  }
}
