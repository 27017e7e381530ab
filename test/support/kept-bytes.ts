import type { Binary } from 'mongodb';
import { testStore } from './database.ts';

/** Bytes that a session gave back: BSON's class of them on MongoDB, Node's own elsewhere. */
export function keptBytes(value: unknown): Buffer {
  if (testStore() === 'mongodb') return Buffer.from((value as Binary).value());
  if (!Buffer.isBuffer(value)) throw new TypeError('bytes came back as something else');
  return value;
}
