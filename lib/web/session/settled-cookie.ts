import expressSession, { type Cookie } from 'express-session';
import { sessionRefusal } from '../../store/session-refusal.ts';
import type { CookieAttributes } from './cookie.ts';
import { hide } from './stored-state.ts';

/** Cookies of sessions, all with the same attributes. */
export interface SettledCookies {
  /**
   * Makes the cookie of a session.
   *
   * @param ageMs how long it lives from now on, in milliseconds; null where it has no age.
   */
  make(ageMs: () => number | null): Cookie;
  /** True for a cookie of another session, or a copy of one: giving it to a session changes nothing. */
  isLike(value: unknown): boolean;
}

const ageKey = Symbol('age');

/** Milliseconds by which a time may differ and still be the same, between reading and giving it back. */
const slackMs = 1000;

/**
 * `req.session.cookie` as express-session has it, but nothing of it can be changed: the server ends a session by its
 * own times, and a cookie that says something else would only seem to.
 *
 * @param mostMs the age of a cookie that outlives the browser, in milliseconds.
 */
export function settledCookies(attributes: CookieAttributes, mostMs: number): SettledCookies {
  const constants = {
    ...attributes,
    domain: attributes.domain,
    partitioned: undefined,
    priority: undefined,
  };
  const properties: PropertyDescriptorMap = {};
  for (const [name, value] of Object.entries(constants))
    properties[name] = property(name, () => value, Object.is);
  properties.originalMaxAge = property('originalMaxAge', ageOf, isSameAge);
  properties.maxAge = property('maxAge', ageOf, isSameAge);
  properties.expires = property('expires', expiryOf, isSameTime);
  properties.data = { get: dataOf };
  properties.toJSON = { value: asStock };
  const prototype = Object.create(expressSession.Cookie.prototype, properties);

  /** As express-session shows a cookie. */
  function asStock(this: object) {
    return { originalMaxAge: ageOf(this), ...constants, expires: expiryOf(this) };
  }

  /** What express-session makes Set-Cookie of. `Max-Age`, in seconds, holds where the browser's clock is wrong. */
  function dataOf(this: object) {
    const age = ageOf(this);
    const aging = age === null ? {} : { maxAge: Math.floor(age / 1000), expires: expiryOf(this) };
    return { ...constants, ...aging };
  }

  return {
    make: (ageMs) => {
      const cookie = Object.create(prototype);
      hide(cookie, ageKey, ageMs);
      return cookie;
    },
    isLike: (value) => {
      if (typeof value !== 'object' || value === null) return false;
      const given = value as Record<string, unknown>;
      const { originalMaxAge: age = null } = given;
      return (
        (age === null || age === mostMs) &&
        Object.entries(constants).every(([name, own]) => (given[name] ?? undefined) === own)
      );
    },
  };
}

function ageOf(cookie: object): number | null {
  return (Reflect.get(cookie, ageKey) as () => number | null)();
}

function expiryOf(cookie: object): Date | null {
  const age = ageOf(cookie);
  return age === null ? null : new Date(Date.now() + age);
}

/** One that reads as it is, and takes nothing but what it is: express-session itself gives the age back. */
function property(
  name: string,
  read: (cookie: object) => unknown,
  isSame: (given: unknown, own: unknown) => boolean,
): PropertyDescriptor {
  return {
    enumerable: true,
    get(this: object) {
      return read(this);
    },
    set(this: object, given: unknown) {
      if (isSame(given, read(this))) return;
      throw sessionRefusal(
        'COOKIE_IS_SETTLED',
        `the session cookie's ${name} cannot be changed: the environment's SESSION_ and COOKIE_ variables decide, and "remember" at sign-in`,
      );
    },
  };
}

/** express-session's ways to say "no age": null, undefined and false. */
const isNone = (value: unknown) => value == null || value === false;

function isSameAge(given: unknown, own: unknown): boolean {
  return Object.is(given, own) || (isNone(given) && isNone(own));
}

function isSameTime(given: unknown, own: unknown): boolean {
  if (isNone(given) || !(own instanceof Date)) return isNone(given) && isNone(own);
  return Math.abs(Number(new Date(given as Date)) - Number(own)) <= slackMs;
}
