import { pathToFileURL } from 'node:url';
import { authorizerEvent, httpEvent } from '../support/http-event.ts';
import { countSqliteStatements } from './sqlite-statements.ts';
import type { Statements } from './statements.ts';

/** Work for one instance: a bundle, loaded once in a process of its own, asked over and over. */
export type Work =
  | { kind: 'prepare'; emails: string[] }
  | { kind: 'use'; people: People }
  | { kind: 'run'; request: RequestKind; concurrency: number; forMs: number }
  | { kind: 'count'; request: RequestKind; concurrency: number; count: number }
  | { kind: 'times'; request: RequestKind; count: number }
  | { kind: 'memory' }
  | { kind: 'statements' };

export type RequestKind = 'session' | 'sign-in' | 'authorizer' | 'devices';

/** The cookies of each who is signed in. */
export type People = string[][];

export type Done =
  | { kind: 'ready' }
  | { kind: 'prepared'; people: People }
  | { kind: 'ran'; requests: number; ms: number }
  | { kind: 'timed'; ms: number[] }
  | { kind: 'memory'; heapBytes: number }
  | { kind: 'statements'; statements: Statements }
  | { kind: 'failed'; message: string };

interface Answer {
  statusCode?: number;
  body?: string;
  cookies?: string[];
  multiValueHeaders?: Record<string, string[]>;
  headers?: Record<string, string>;
  isAuthorized?: boolean;
}

const [bundle = ''] = process.argv.slice(2);
// Before anything has prepared a statement.
const takeStatements = process.env.BENCH_COUNTS_SQLITE ? countSqliteStatements() : undefined;
const { handler } = (await import(pathToFileURL(bundle).href)) as {
  handler: (event: unknown, context: unknown) => Promise<Answer>;
};

const password = 'four plain words together';
let emails: string[] = [];
let people: People = [];

function cookiesOf(answer: Answer): string[] {
  const lines = answer.cookies?.length ? answer.cookies : [answer.headers?.['set-cookie'] ?? ''];
  return lines.map((line) => line.split(';')[0] ?? '').filter((pair) => pair !== '');
}

/** Callers beside each other are different people, as long as there are enough of them. */
async function call(request: RequestKind, caller = 0): Promise<void> {
  const answer = await handler(eventOf(request, caller), { awsRequestId: 'bench' });
  const isFine = request === 'authorizer' ? answer.isAuthorized === true : answer.statusCode === 200;
  if (!isFine || answer.body === 'null')
    throw new Error(`${request} answered ${answer.statusCode ?? answer.isAuthorized}: ${answer.body}`);
}

function eventOf(request: RequestKind, caller: number): unknown {
  const cookies = people[caller % people.length] ?? [];
  const email = emails[caller % emails.length];
  if (request === 'authorizer') return authorizerEvent(cookies);
  if (request === 'devices') return httpEvent('GET', '/sessions', { cookies });
  if (request === 'session') return httpEvent('GET', '/auth/session', { cookies });
  return httpEvent('POST', '/auth/sign-in', { body: { email, password } });
}

async function prepare(work: { emails: string[] }): Promise<Done> {
  emails = work.emails;
  people = [];
  for (const email of emails) {
    const event = httpEvent('POST', '/auth/sign-up', { body: { email, password, name: 'Ada' } });
    const answer = await handler(event, { awsRequestId: 'bench' });
    if ((answer.statusCode ?? 500) >= 300)
      throw new Error(`sign-up answered ${answer.statusCode}: ${answer.body}`);
    people.push(cookiesOf(answer));
  }
  return { kind: 'prepared', people };
}

/** Calls with `concurrency` callers at once while `mayGoOn` says so, told how many requests were begun. */
async function repeat(
  request: RequestKind,
  concurrency: number,
  mayGoOn: (begun: number, ms: number) => boolean,
): Promise<Done> {
  const startedAt = performance.now();
  let requests = 0;
  const caller = async (_: unknown, number: number) => {
    while (mayGoOn(requests, performance.now() - startedAt)) {
      requests += 1;
      await call(request, number);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return { kind: 'ran', requests, ms: performance.now() - startedAt };
}

async function times(work: { request: RequestKind; count: number }): Promise<Done> {
  const ms: number[] = [];
  for (let at = 0; at < work.count; at += 1) {
    const startedAt = performance.now();
    await call(work.request);
    ms.push(performance.now() - startedAt);
  }
  return { kind: 'timed', ms };
}

async function perform(work: Work): Promise<Done> {
  if (work.kind === 'prepare') return prepare(work);
  if (work.kind === 'run') return repeat(work.request, work.concurrency, (_, ms) => ms < work.forMs);
  if (work.kind === 'count') return repeat(work.request, work.concurrency, (begun) => begun < work.count);
  if (work.kind === 'times') return times(work);
  if (work.kind === 'use') {
    people = work.people;
    return { kind: 'prepared', people };
  }
  if (work.kind === 'statements')
    return { kind: 'statements', statements: takeStatements?.() ?? { roundTrips: 0, writes: 0 } };
  globalThis.gc?.();
  return { kind: 'memory', heapBytes: process.memoryUsage().heapUsed };
}

process.on('message', (work: Work) => {
  perform(work).then(
    (done) => process.send?.(done),
    (error: unknown) => process.send?.({ kind: 'failed', message: String(error) } satisfies Done),
  );
});
process.send?.({ kind: 'ready' } satisfies Done);
