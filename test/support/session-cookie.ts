import { sign } from 'cookie-signature';
import { expect } from 'vitest';
import type { TestAnswer } from './events.ts';
import { testSecret } from './instance.ts';

/** Name, value and attributes of the one cookie that an answer sets. */
export function cookieOf(answer: TestAnswer) {
  expect(answer.cookies).toHaveLength(1);
  const [pair = '', ...attributes] = answer.cookies[0]!.split('; ');
  const [name = '', value = ''] = pair.split('=');
  return { name, value, attributes };
}

/** The id in a cookie's value: `s:`, the id, a dot and the signature, percent-encoded. */
export function idIn(value: string): string {
  return /^s:([^.]+)\./.exec(decodeURIComponent(value))?.[1] ?? '';
}

/** An id as the cookie's value that a secret's holder would make of it. */
export function signed(id: string, secret = testSecret): string {
  return encodeURIComponent(`s:${sign(id, secret)}`);
}
