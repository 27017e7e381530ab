import { BSONRegExp, Double } from 'bson';
import { firstName, type Value } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import { isOperators, parseFilter } from './filter.ts';
import { typeName } from './leaf-tests.ts';
import { arithmetic, isNumeric, plain } from './numbers.ts';
import { compare, isEqual, type Maybe } from './order.ts';

/** Where an operator is at work: its path, and for its messages the document. */
export interface Place {
  path: string;
  document: string;
  now: Date;
}

/** Makes what stands in a place after the operator of what stood there; `undefined` is nothing. */
export type Change = (before: Maybe, place: Place) => Maybe;

/** Operators by name: each checks its operand once, whether or not a document will match. */
const operators: Readonly<Record<string, (operand: Value, path: string) => Change>> = {
  $set: (operand) => () => operand,
  $setOnInsert: (operand) => () => operand,
  $unset: () => () => undefined,
  $inc: (operand, path) => calculation('$inc', operand, path),
  $mul: (operand, path) => calculation('$mul', operand, path),
  $min: (operand) => (before) => (before === undefined || compare(operand, before) < 0 ? operand : before),
  $max: (operand) => (before) => (before === undefined || compare(operand, before) > 0 ? operand : before),
  $currentDate: currentDate,
  $push: push,
  $addToSet: addToSet,
  $pull: (operand) => removal('$pull', pullTest(operand)),
  $pullAll: (operand) => {
    const unwanted = wantList(operand, '$pullAll');
    return removal('$pull', (element) => unwanted.some((value) => isEqual(value, element)));
  },
  $pop: pop,
};

/** Throws for a name that is no update operator, also where it has nothing to do. */
export function assertOperator(op: string): void {
  if (Object.hasOwn(operators, op) || op === '$rename') return;
  if (op === '$bit') refuse('the update operator $bit');
  fail(
    9,
    `Unknown modifier: ${op}. Expected a valid update modifier or pipeline-style update specified as an array`,
  );
}

/** What an update operator does to one place. Throws for an operand that it does not take. */
export function compileChange(op: string, operand: Value, path: string): Change {
  return operators[op]?.(operand, path) ?? fail(9, `Unknown modifier: ${op}`);
}

/** Whether an operator leaves a document alone that lacks the field. */
export function changesOnlyExisting(op: string): boolean {
  return ['$unset', '$pull', '$pullAll', '$pop'].includes(op);
}

function calculation(op: '$inc' | '$mul', operand: Value, path: string): Change {
  if (!isNumeric(operand)) {
    return fail(
      14,
      `Cannot ${op === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ...}`,
    );
  }
  const zero = operand instanceof Double ? new Double(0) : typeof operand === 'bigint' ? 0n : 0;
  return (before, { document }) => {
    const value = before ?? (before === undefined ? zero : before);
    if (!isNumeric(value)) {
      const field = `has the field '${path.split('.').at(-1)}' of non-numeric type ${typeName(value)}`;
      return fail(14, `Cannot apply ${op} to a value of non-numeric type. ${document} ${field}`);
    }
    const result = arithmetic(op === '$inc' ? 'add' : 'multiply', value, operand);
    return (
      result ??
      fail(2, `Failed to apply ${op} operations to current value (${value}) for document ${document}`)
    );
  };
}

function currentDate(operand: Value): Change {
  const type = operand instanceof Map && operand.size === 1 ? operand.get('$type') : undefined;
  if (typeof operand === 'boolean' || type === 'date') return (_before, { now }) => now;
  if (type === 'timestamp') return refuse('$currentDate as a timestamp');
  return fail(
    2,
    `${typeName(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression`,
  );
}

function push(operand: Value): Change {
  const clauses = operand instanceof Map && operand.has('$each') ? operand : new Map([['$each', [operand]]]);
  for (const [clause, value] of clauses) {
    if (clause === '$sort') refuse('$sort in $push');
    if (!['$each', '$slice', '$position'].includes(clause))
      fail(2, `Unrecognized clause in $push: ${clause}`);
    if (clause !== '$each' && !Number.isInteger(plain(value))) {
      fail(2, `The value for ${clause} must be an integer value but was given type: ${typeName(value)}`);
    }
  }
  const each = wantList(clauses.get('$each'), '$each in $push');
  const [position, slice] = ['$position', '$slice'].map((name) =>
    clauses.has(name) ? plain(clauses.get(name)) : undefined,
  );
  return (before, { path, document }) => {
    const list = before ?? [];
    if (before === null || !Array.isArray(list)) {
      return fail(
        2,
        `The field '${path}' must be an array but is of type ${typeName(before)} in document ${document}`,
      );
    }
    const joined = list.toSpliced(position ?? list.length, 0, ...each);
    if (slice === undefined) return joined;
    return slice < 0 ? joined.slice(slice) : joined.slice(0, slice);
  };
}

function wantList(operand: Maybe, what: string, code = 2): Value[] {
  if (Array.isArray(operand)) return operand;
  return fail(code, `The argument to ${what} must be an array but it was of type: ${typeName(operand)}`);
}

function addToSet(operand: Value): Change {
  const isEach = operand instanceof Map && operand.has('$each');
  if (isEach && operand.size > 1) fail(2, 'Found unexpected fields after $each in $addToSet');
  const added = isEach ? wantList(operand.get('$each'), '$each in $addToSet', 14) : [operand];
  return (before, { path }) => {
    if (before !== undefined && !Array.isArray(before)) {
      const field = `Field named '${path.split('.').at(-1)}' has non-array type ${typeName(before)}`;
      return fail(2, `Cannot apply $addToSet to non-array field. ${field}`);
    }
    const list = [...(before ?? [])];
    for (const value of added) if (!list.some((known) => isEqual(known, value))) list.push(value);
    return list;
  };
}

function removal(op: string, isUnwanted: (element: Value) => boolean): Change {
  return (before) => {
    if (!Array.isArray(before)) return fail(2, `Cannot apply ${op} to a non-array value`);
    return before.filter((element) => !isUnwanted(element));
  };
}

/** What is pulled: elements that pass operators or a pattern, documents that match a query, or equal values. */
function pullTest(operand: Value): (element: Value) => boolean {
  const isQuery =
    operand instanceof Map && (!isOperators(operand) || /^\$(and|or|nor|not)$/.test(firstName(operand)));
  if (isQuery) {
    const { test } = parseFilter(operand, null);
    return (element) => element instanceof Map && test(element);
  }
  if (!(operand instanceof Map || operand instanceof BSONRegExp))
    return (element) => isEqual(element, operand);
  const { test } = parseFilter(new Map([['', operand]]), null);
  return (element) => test(new Map([['', element]]));
}

function pop(operand: Value): Change {
  const end = plain(operand);
  if (end !== 1 && end !== -1) return fail(9, `$pop expects 1 or -1, found: ${String(operand)}`);
  return (before, { path }) => {
    if (Array.isArray(before)) return end === 1 ? before.slice(0, -1) : before.slice(1);
    return fail(14, `Path '${path}' contains an element of non-array type '${typeName(before)}'`);
  };
}
