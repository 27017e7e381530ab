import { expect } from 'vitest';
import { type TestDatabase, testDatabase } from './database.ts';
import { createClient, eventSource, type TestAnswer } from './events.ts';
import { type Instance, type InstanceOptions, startInstance } from './instance.ts';
import { type ProxiedDatabase, proxied } from './proxied.ts';
import { stopwatch } from './timing.ts';

/** Registers what is done after a test, such as vitest's `onTestFinished`. */
type After = (cleanUp: () => Promise<void>) => void;

/** A test's own instance behind its own proxy; both are closed after it. */
export interface Scene extends Instance, ProxiedDatabase {
  /** Starts another instance behind the same proxy. */
  another(): Instance;
}

/** Makes scenes over one database, whose indexes are there. */
export async function scenesOf<D extends TestDatabase = TestDatabase>(
  about: string,
  database: D = testDatabase(about) as D,
) {
  const direct = startInstance({ database });
  await database.prepare();

  async function scene(after: After, options: Partial<InstanceOptions> = {}): Promise<Scene> {
    const behind = await proxied(database);
    const instances: Instance[] = [];
    const another = () => {
      const instance = startInstance({ database: behind.database, ...options });
      instances.push(instance);
      return instance;
    };
    after(async () => {
      await Promise.all(instances.map((instance) => instance.end()));
      await behind.proxy.close();
    });
    return { ...behind, ...another(), another };
  }

  /** Signs somebody new up, past every proxy; their cookie is good on every instance. */
  async function signUp() {
    const client = createClient(direct.handlers.auth, source, { ip: newIp() });
    const account = newAccount();
    const answer = await client.post('/auth/sign-up', account);
    return { account, cookies: client.cookies.all(), user: answer.json().user };
  }

  async function end(): Promise<void> {
    await direct.end();
    await database.drop();
  }

  return { database, direct, scene, signUp, end };
}

/** For tests of what does not depend on where a request comes from. */
export const source = eventSource('HTTP API, payload 2.0');

let people = 0;

/** Sign-up data that no other test of this file uses. */
export function newAccount() {
  people += 1;
  return { email: `Ada.${people}@example.com`, password: 'a horse of 7 batteries, and no staple' };
}

/** A network address that no other test of this file uses. */
export function newIp(): string {
  people += 1;
  return `2001:db8:0:${people.toString(16)}::1`;
}

/** Requests whose answer may be 503. */
export const mayFail = { expect5xx: true } as const;

/** What `work` brings, and how long that takes: by the clock, and without what a busy machine adds. */
export interface Timed<T> {
  result: T;
  /** Without the time in which this process got no processor; for what may not take longer. */
  milliseconds: number;
  /** For what may not take less. */
  clockMs: number;
}

export async function timed<T>(work: Promise<T>): Promise<Timed<T>> {
  const [startedAt, elapsed] = [performance.now(), stopwatch()];
  return { result: await work, milliseconds: elapsed(), clockMs: performance.now() - startedAt };
}

/** What every answer of an outage is. */
export function expectUnavailable(answer: TestAnswer): void {
  expect(answer.status).toBe(503);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.json()).toEqual({
    type: expect.stringMatching(/#unavailable$/),
    title: 'Temporarily unavailable',
    status: 503,
    detail: expect.any(String),
    code: 'unavailable',
    requestId: answer.headers.get('x-request-id'),
  });
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.cookies).toEqual([]);
}
