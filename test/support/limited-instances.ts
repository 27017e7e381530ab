import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { Problem } from '../../lib/base/problem.ts';
import type { Attempt } from '../../lib/limits/attempt.ts';
import type { Limits } from '../../lib/limits/limits.ts';
import { testDatabase } from './database.ts';
import { createClient, eventSource, type TestAnswer, type TestClient } from './events.ts';
import { type Instance, startInstance } from './instance.ts';

export const minute = 60;
export const hour = 60 * minute;
export const source = eventSource('HTTP API, payload 2.0');
export const password = 'a good long password';
/** Has an account. */
export const ada = { email: 'Ada@example.com', password };
/** One network address, and as many others as wanted. */
export const home = '198.51.100.1';
export const address = (at: number) => `203.0.113.${at}`;

/** Two instances with the limits in force, over a database of one account; no counter outlives a test. */
export function limitedInstances(about: string) {
  const database = testDatabase(about);
  const start = (environment: NodeJS.ProcessEnv = {}): Instance =>
    startInstance({
      database,
      environment: { RATE_LIMIT_FACTOR: '1', ...environment },
      mongoOptions: { monitorCommands: true },
    });
  const instances: [Instance, Instance] = [start(), start()];
  const limits: Limits = instances[0].services.limits;

  /** A client of one instance or the other. */
  const client = (at: number, ip: string): TestClient =>
    createClient((instances[at % 2] as Instance).handlers.auth, source, { ip });
  const signIn = (email: string, given: string, ip = home, at = 0): Promise<TestAnswer> =>
    client(at, ip).post('/auth/sign-in', { email, password: given });

  beforeAll(async () => {
    await database.prepare();
    expect((await client(0, '198.51.100.250').post('/auth/sign-up', ada)).status).toBe(201);
  });
  beforeEach(() => database.db().collection('limits').deleteMany({}));
  afterAll(async () => {
    await Promise.all(instances.map((each) => each.end()));
    await database.drop();
  });

  return { database, start, instances, limits, client, signIn };
}

export const times = <T>(count: number, work: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => work(at)));

/** How many answers there are of each status. */
export function statuses(answers: readonly TestAnswer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** `ok`, or the status of the problem that was thrown. */
export const outcome = (work: Promise<unknown>): Promise<'ok' | number> =>
  work.then(
    () => 'ok' as const,
    (error: unknown) => {
      if (error instanceof Problem) return error.status;
      throw error;
    },
  );

/** How many of so many attempts, all at once, were let in and then counted as failed. */
export async function failures(count: number, attempt: (at: number) => Promise<Attempt>): Promise<number> {
  const outcomes = await times(count, (at) => outcome(attempt(at).then((each) => each.failed())));
  return outcomes.filter((each) => each === 'ok').length;
}
