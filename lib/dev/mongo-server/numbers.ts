import { Double } from 'bson';
import type { Maybe } from './bson-doc.ts';

export type Numeric = number | bigint | Double;

/** Whether a value is an int, a long or a double. */
export function isNumeric(value: Maybe): value is Numeric {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Double;
}

/** The value as a JavaScript number, NaN if it is none; a long may be rounded. */
export function plain(value: Maybe): number {
  return isNumeric(value) ? Number(value instanceof Double ? value.value : value) : Number.NaN;
}

/** Whether MongoDB takes a value for true: everything but false, null, absent and zero. */
export function isTrue(value: Maybe): boolean {
  if (isNumeric(value)) return plain(value) !== 0;
  return value !== undefined && value !== null && value !== false;
}

/**
 * Adds as MongoDB does: to a double where either is one, else to a whole number that stays an int where both are ints
 * and the sum fits, and becomes a long otherwise. Returns undefined where a long overflows.
 */
export function sum(a: Numeric, b: Numeric): Numeric | undefined {
  if (a instanceof Double || b instanceof Double) return new Double(plain(a) + plain(b));
  const exact = BigInt(a) + BigInt(b);
  if (BigInt.asIntN(64, exact) !== exact) return undefined;
  const areInts = typeof a === 'number' && typeof b === 'number';
  return areInts && BigInt.asIntN(32, exact) === exact ? Number(exact) : exact;
}
