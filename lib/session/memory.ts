import type { Lifetime } from './document.ts';
import type { Fields } from './fields.ts';

/** What is remembered of a session that has been read or written: its times, and each field as stored. */
export interface Memory {
  readonly lifetime: Lifetime;
  readonly fields: Fields;
}

const memories = new WeakMap<object, Memory>();
const successors = new WeakSet<object>();

/** Undefined for a session that is not stored. */
export function memoryOf(session: object): Memory | undefined {
  return memories.get(session);
}

export function remember(session: object, memory: Memory): void {
  memories.set(session, memory);
}

/** Marks a session that took the place of another: its cookie leaves, so it is stored even while it is empty. */
export function markSuccessor(session: object): void {
  successors.add(session);
}

export function isSuccessor(session: object): boolean {
  return successors.has(session);
}

/** Sets a property of an object's own, whatever its name means to every object. */
export function define(object: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
