import { BSONRegExp } from 'bson';
import { firstName, type Value } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import { plain } from './numbers.ts';
import { kindOf, type Maybe, sortKey } from './order.ts';
import { compileRegex } from './regex.ts';

type Test = (value: Maybe) => boolean;

/** Operators that test one value (`undefined` where the field is absent) against their operand. */
export const leafTests: Readonly<Record<string, (operand: Value) => Test>> = {
  $eq: equals,
  $lt: (operand) => ordered(operand, false, (a, b) => a < b),
  $lte: (operand) => ordered(operand, true, (a, b) => a <= b),
  $gt: (operand) => ordered(operand, false, (a, b) => a > b),
  $gte: (operand) => ordered(operand, true, (a, b) => a >= b),
  $in: isIn,
  $regex: (operand) => matches(operand as BSONRegExp),
  $exists: () => (value) => value !== undefined,
  $type: hasType,
  $size: hasSize,
};

function equals(operand: Value): Test {
  if (operand === null) return (value) => value === null || value === undefined;
  const key = sortKey(operand);
  return (value) => value !== undefined && sortKey(value) === key;
}

/** Only values of the operand's kind are compared; null also stands for an absent field; NaN only equals itself. */
function ordered(operand: Value, orEqual: boolean, holds: (a: string, b: string) => boolean): Test {
  const kind = kindOf(operand);
  if (kind === 'regex') return fail(2, `Can't have RegEx as arg to predicate over field`);
  if (kind === 'minKey' || kind === 'maxKey') return refuse(`comparing with ${kind}`);
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
  if (!Array.isArray(operand)) return fail(2, '$in needs an array');
  if (operand.some((entry) => entry instanceof Map && firstName(entry).startsWith('$'))) {
    fail(2, 'cannot nest $ under $in');
  }
  const patterns = operand.filter((entry) => entry instanceof BSONRegExp).map(matches);
  const keys = new Set(operand.filter((entry) => !(entry instanceof BSONRegExp)).map(sortKey));
  return (value) => keys.has(sortKey(value ?? null)) || patterns.some((test) => test(value));
}

function matches(regex: BSONRegExp): Test {
  const pattern = compileRegex(regex);
  const key = sortKey(regex);
  return (value) => (typeof value === 'string' ? pattern.test(value) : sortKey(value) === key);
}

const typeCodes: Readonly<Record<string, number>> = {
  ...{ double: 1, string: 2, object: 3, array: 4, binData: 5, undefined: 6, objectId: 7, bool: 8, date: 9 },
  ...{ null: 10, regex: 11, dbPointer: 12, javascript: 13, symbol: 14, javascriptWithScope: 15, int: 16 },
  ...{ timestamp: 17, long: 18, decimal: 19, minKey: -1, maxKey: 127 },
};

/** MongoDB's alias for the type of a value, as $type names it: `int`, `long` and `double` are told apart. */
export function typeName(value: Maybe): string {
  const kind = kindOf(value);
  if (kind !== 'number') return kind;
  return typeof value === 'bigint' ? 'long' : typeof value === 'number' ? 'int' : 'double';
}

function hasType(operand: Value): Test {
  const wanted = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(typesNamed));
  if (wanted.size === 0) fail(9, '$type must match at least one type');
  return (value) => value !== undefined && wanted.has(typeName(value));
}

function typesNamed(type: Value): string[] {
  if (type === 'number') return ['int', 'long', 'double'];
  const known = Object.keys(typeCodes).find((name) => name === type || typeCodes[name] === plain(type));
  return known ? [known] : fail(2, `Unknown type name alias: ${String(type)}`);
}

function hasSize(operand: Value): Test {
  const size = plain(operand);
  if (!Number.isInteger(size)) fail(2, 'Failed to parse $size. Expected an integer');
  if (size < 0) fail(2, 'Failed to parse $size. Expected a non-negative number');
  return (value) => Array.isArray(value) && value.length === size;
}
