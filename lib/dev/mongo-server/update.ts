import { type Doc, firstName, type Maybe, type Value } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import { compareKeys, isEqual, kindOf } from './order.ts';
import { type Change, changesOnlyExisting, compileChange } from './update-operators.ts';
import { withIdFirst } from './upsert.ts';

export interface Update {
  replacement: boolean;
  /** Counts as a modification even where everything stays equal. */
  forced: boolean;
  /** Changes `doc`, or answers the one to put in its place. */
  apply(doc: Doc, inserting: boolean): Doc;
}

interface Step {
  op: string;
  parts: string[];
  change: Change;
}

/** Parses what an update is told to do. */
export function parseUpdate(update: Maybe, now: Date): Update {
  if (!(update instanceof Map)) return refuse('updates with an aggregation pipeline');
  return firstName(update).startsWith('$') ? parseModifiers(update, now) : parseReplacement(update);
}

function parseReplacement(replacement: Doc): Update {
  for (const name of replacement.keys()) checkName(name);
  const apply = (doc: Doc) => {
    const id = doc.get('_id');
    if (replacement.has('_id')) assertSameId(id, replacement.get('_id'));
    return withIdFirst(replacement, id);
  };
  return { replacement: true, forced: false, apply };
}

function parseModifiers(update: Doc, now: Date): Update {
  const steps = [...update].flatMap(([op, fields]) =>
    fields instanceof Map
      ? [...fields].map(([path, operand]) => parseStep(op, path, operand))
      : refuse(`the update operator ${op} without fields`),
  );
  assertNoConflict(steps);
  steps.sort((a, b) => compareParts(a.parts, b.parts));
  const apply = (document: Doc, inserting: boolean) => {
    const id = document.get('_id');
    for (const step of steps) if (step.op !== '$setOnInsert' || inserting) perform(document, step, now);
    assertSameId(id, document.get('_id'));
    return document;
  };
  return { replacement: false, forced: steps.some(({ op }) => op === '$currentDate'), apply };
}

function assertSameId(before: Maybe, after: Maybe): void {
  if (before !== undefined && !isEqual(before, after))
    fail(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
}

function parseStep(op: string, path: string, operand: Value): Step {
  const parts = path.split('.');
  for (const part of parts) checkName(part);
  return { op, parts, change: compileChange(op, operand, path) };
}

/** Positional operators begin with a dollar too. */
function checkName(name: string): void {
  if (name === '' || name.startsWith('$')) refuse(`the name '${name}' in an update`);
}

/** No path may be another's or lie below it. */
function assertNoConflict(steps: Step[]): void {
  for (const [at, { parts }] of steps.entries())
    for (const other of steps.slice(0, at))
      if (overlap(parts, other.parts))
        fail(
          40,
          `Updating the path '${parts.join('.')}' would create a conflict at '${other.parts.join('.')}'`,
        );
}

/** Whether two paths are the same, or one leads on from the other. */
function overlap(a: string[], b: string[]): boolean {
  return a.every((part, at) => at >= b.length || part === b[at]);
}

/** MongoDB goes through an update by name, numbers by value: new fields appear in that order. */
function compareParts(a: string[], b: string[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  const [part = '', other = ''] = [a[at], b[at]];
  const areIndexes = [part, other].every((name) => /^(0|[1-9][0-9]*)$/.test(name));
  return areIndexes ? Number(part) - Number(other) : compareKeys(part, other);
}

function perform(document: Doc, { op, parts, change }: Step, now: Date): void {
  const holder = holderOf(document, parts, op);
  const name = parts.at(-1) ?? '';
  if (!holder || (changesOnlyExisting(op) && !holder.has(name))) return;
  const after = change(holder.get(name), now);
  if (after === undefined) holder.delete(name);
  else holder.set(name, after);
}

/** The document that holds the last name of a path; what is missing on the way is made, unless nothing is to be new. */
function holderOf(document: Doc, parts: string[], op: string): Doc | undefined {
  let holder = document;
  for (const [at, part] of parts.slice(0, -1).entries()) {
    let next = holder.get(part);
    if (next === undefined) {
      if (changesOnlyExisting(op)) return undefined;
      next = new Map();
      holder.set(part, next);
    }
    if (Array.isArray(next)) return refuse(`${op} inside of an array`);
    if (next instanceof Map) holder = next;
    else if (op === '$unset') return undefined;
    else return fail(28, `Cannot create field '${parts[at + 1]}' in element {${part}: ${kindOf(next)}}`);
  }
  return holder;
}
