import { Double } from 'bson';
import { type Doc, firstName, type Maybe, type Value } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import { parseFilter } from './filter.ts';
import { isNumeric, sum } from './numbers.ts';
import { kindOf } from './order.ts';

/** Makes what stands in a place after the operator of what stood there; `undefined` is nothing. */
export type Change = (before: Maybe, now: Date) => Maybe;

/** Operators by name: each checks its operand once, whether or not a document will match. */
const operators: Readonly<Record<string, (operand: Value, path: string) => Change>> = {
  $set: (operand) => () => operand,
  $setOnInsert: (operand) => () => operand,
  $unset: () => () => undefined,
  $inc: increment,
  $currentDate: (operand, path) =>
    operand === true ? (_before, now) => now : refuse(`$currentDate of ${path} as anything but true`),
  $pull: pull,
};

/** What an update operator does to one place. One that is not known here is refused by name. */
export function compileChange(op: string, operand: Value, path: string): Change {
  const compile = Object.hasOwn(operators, op) ? operators[op] : undefined;
  return compile ? compile(operand, path) : refuse(`the update operator ${op}`);
}

/** Whether an operator leaves a document alone that lacks the field. */
export function changesOnlyExisting(op: string): boolean {
  return op === '$unset' || op === '$pull';
}

function increment(operand: Value, path: string): Change {
  if (!isNumeric(operand)) return fail(14, `Cannot increment with non-numeric argument: {${path}: ...}`);
  const zero = operand instanceof Double ? new Double(0) : typeof operand === 'bigint' ? 0n : 0;
  return (before = zero) => {
    if (!isNumeric(before))
      return fail(
        14,
        `Cannot apply $inc to a value of non-numeric type. ${path} is of type ${kindOf(before)}`,
      );
    return sum(before, operand) ?? fail(2, `Failed to apply $inc operations to current value of ${path}`);
  };
}

/** Takes the documents that match a query from a list of documents. */
function pull(operand: Value, path: string): Change {
  if (!(operand instanceof Map) || firstName(operand).startsWith('$'))
    return refuse(`$pull from ${path} by anything but a query for documents`);
  const { test } = parseFilter(operand);
  const isPulled = (element: Value): element is Doc => element instanceof Map && test(element);
  return (before) => {
    if (!Array.isArray(before)) return fail(2, 'Cannot apply $pull to a non-array value');
    return before.filter((element) => !isPulled(element));
  };
}
