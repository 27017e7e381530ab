import { sign } from 'cookie-signature';
import { expect } from 'vitest';
import type { TestAnswer } from './events.ts';
import { testSecret } from './instance.ts';

/** The cookies that an answer sets, beside that of the device. */
export function besideDevice({ cookies }: Pick<TestAnswer, 'cookies'>): string[] {
  return cookies.filter((line) => !/^(__Host-|session_auth_)device=/.test(line));
}

/** Name, value and attributes of the one cookie that an answer sets, beside that of the device. */
export function cookieOf(answer: TestAnswer) {
  const cookies = besideDevice(answer);
  expect(cookies).toHaveLength(1);
  const [pair = '', ...attributes] = cookies[0]!.split('; ');
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
