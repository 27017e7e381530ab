import { Double } from 'bson';
import type { Value } from './bson-doc.ts';

export type Numeric = number | bigint | Double;

/** Whether a value is an int, a long or a double. */
export function isNumeric(value: Value | undefined): value is Numeric {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Double;
}

/** The value as a JavaScript number, NaN if it is none; a long may be rounded. */
export function plain(value: Value | undefined): number {
  return isNumeric(value) ? Number(value instanceof Double ? value.value : value) : Number.NaN;
}

/**
 * Adds or multiplies as MongoDB does: a double where either is one, else a whole number that stays an int where
 * both are ints and the result fits, and becomes a long otherwise. Returns undefined where a long overflows.
 */
export function arithmetic(op: 'add' | 'multiply', a: Numeric, b: Numeric): Numeric | undefined {
  if (a instanceof Double || b instanceof Double) {
    return new Double(op === 'add' ? plain(a) + plain(b) : plain(a) * plain(b));
  }
  const exact = op === 'add' ? BigInt(a) + BigInt(b) : BigInt(a) * BigInt(b);
  if (BigInt.asIntN(64, exact) !== exact) return undefined;
  const areInts = typeof a === 'number' && typeof b === 'number';
  return areInts && BigInt.asIntN(32, exact) === exact ? Number(exact) : exact;
}

/** A count as the server answers it: an int where it fits, else a long. */
export function wholeNumber(count: number): number | bigint {
  return Math.abs(count) < 2 ** 31 ? count : BigInt(count);
}
