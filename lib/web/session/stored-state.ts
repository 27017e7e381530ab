import type { Fields, Lifetime, WaitingSignIn } from '../../store/records.ts';
import type { User } from '../../users/user.ts';

/** What is remembered of a session that has been read or written: as what, its times, and each field as stored. */
export interface Memory {
  /** What the database and the API call it. */
  readonly id: string;
  readonly lifetime: Lifetime;
  readonly fields: Fields;
  readonly providerSession?: string | undefined;
}

const memoryKey = Symbol('memory');
const successorKey = Symbol('successor');
const unrememberedKey = Symbol('unremembered');
const userKey = Symbol('user');
const waitingKey = Symbol('waiting');
const providerSessionKey = Symbol('provider session');

/** Undefined for a session that is not stored. */
export function memoryOf(session: object): Memory | undefined {
  return Reflect.get(session, memoryKey);
}

export function remember(session: object, memory: Memory): void {
  hide(session, memoryKey, memory);
}

/** Whose session it is, as last read or changed by its request. */
export function userOf(session: object): User | undefined {
  return Reflect.get(session, userKey);
}

export function noteUser(session: object, user: User): void {
  hide(session, userKey, user);
}

/** Whose sign-in waits for its second factor in this session, which nobody is signed in with; undefined in any other. */
export function waitingOf(session: object): WaitingSignIn | undefined {
  return Reflect.get(session, waitingKey);
}

export function noteWaiting(session: object, waiting: WaitingSignIn): void {
  hide(session, waitingKey, waiting);
}

/** By which session with a provider it came, hashed; undefined where by none that is known. */
export function providerSessionOf(session: object): string | undefined {
  return Reflect.get(session, providerSessionKey) ?? memoryOf(session)?.providerSession;
}

/** Says that of a session that is not stored yet. */
export function noteProviderSession(session: object, providerSession: string): void {
  hide(session, providerSessionKey, providerSession);
}

/** Marks a session that took the place of another: its cookie leaves, so it is stored even while it is empty. */
export function markSuccessor(session: object): void {
  hide(session, successorKey, true);
}

export function isSuccessor(session: object): boolean {
  return Reflect.get(session, successorKey) === true;
}

/** Has a session that is not stored yet end with the browser. */
export function markUnremembered(session: object): void {
  hide(session, unrememberedKey, true);
}

/** False for one that ends with the browser, and soon in any case. */
export function isRemembered(session: object): boolean {
  return Reflect.get(session, unrememberedKey) !== true && memoryOf(session)?.lifetime.remember !== false;
}

/** Sets a property of an object's own, whatever its name means to every object. */
export function define(object: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Sets a property that no copy of the object takes over, and no walk over its keys meets. */
export function hide(object: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: false, configurable: true, writable: true });
}
