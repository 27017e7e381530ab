import { BSONRegExp } from 'bson';
import { firstName, type Maybe, type Value } from './bson-doc.ts';
import { refuse } from './errors.ts';
import { kindOf, sortKey } from './order.ts';

type Test = (value: Maybe) => boolean;

/** Operators that test one value (`undefined` where the field is absent) against their operand. */
export const leafTests: Readonly<Record<string, (operand: Value) => Test>> = {
  $eq: equals,
  $lt: (operand) => ordered(operand, false, (a, b) => a < b),
  $lte: (operand) => ordered(operand, true, (a, b) => a <= b),
  $gt: (operand) => ordered(operand, false, (a, b) => a > b),
  $gte: (operand) => ordered(operand, true, (a, b) => a >= b),
  $in: isIn,
  $exists: () => (value) => value !== undefined,
};

function equals(operand: Value): Test {
  if (operand === null) return (value) => value === null || value === undefined;
  const key = sortKey(operand);
  return (value) => value !== undefined && sortKey(value) === key;
}

/** Only values of the operand's kind are compared; null also stands for an absent field; NaN only equals itself. */
function ordered(operand: Value, orEqual: boolean, holds: (a: string, b: string) => boolean): Test {
  const kind = kindOf(operand);
  if (kind === 'null') return (value) => orEqual && (value === null || value === undefined);
  const key = sortKey(operand);
  const nan = sortKey(Number.NaN);
  return (value) => {
    if (kindOf(value) !== kind) return false;
    const other = sortKey(value);
    if (key === nan || other === nan) return orEqual && key === other;
    return holds(other, key);
  };
}

function isIn(operand: Value): Test {
  if (!Array.isArray(operand)) return refuse('$in of anything but a list');
  for (const entry of operand) {
    if (entry instanceof BSONRegExp) refuse('a regular expression in a query');
    if (entry instanceof Map && firstName(entry).startsWith('$')) refuse('an operator in $in');
  }
  const keys = new Set(operand.map(sortKey));
  return (value) => keys.has(sortKey(value ?? null));
}
