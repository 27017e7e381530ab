import { authorizerEvent, httpEvent } from '../support/http-event.ts';
import { type Fleet, timeoutMs } from './fleet.ts';
import type { Tally } from './model.ts';

/** What the stack under test can be asked for. */
export interface Abilities {
  /** Function that serves each path. */
  functionOf(path: string): string;
  changesPasswords: boolean;
  endsDevices: boolean;
  hasAccountPage: boolean;
  hasAuthorizer: boolean;
}

export interface Reply {
  status: number | 'killed' | 'timed out' | 'failed';
  body: {
    user?: { id: string; email: string; name?: string };
    session?: { id: string };
    sessions?: { id: string }[];
  };
  cookie: string | undefined;
}

/** What the authorizer made of a cookie; `undefined` where it did not answer. */
export type Verdict = { isAuthorized: boolean; userId: string | undefined } | undefined;

/** One caller's way to the fleet; what is wrong with any answer, whoever asked, is seen here. */
export interface Asking {
  ask(method: string, path: string, cookie?: string, body?: object): Promise<Reply>;
  askAuthorizer(cookie: string): Promise<Verdict>;
}

/** Without the database the answer is 503 within 5 seconds, and one more on a machine that is this busy. */
const unavailableWithinMs = 5000 + 1000;
/** Where a password is hashed, or a lock waited for, it may take longer, up to the time-out. */
const hashing = new Set(['/auth/sign-up', '/auth/sign-in', '/account/password']);

export function createAsking(options: {
  number: number;
  fleet: Fleet;
  tally: Tally;
  abilities: Abilities;
}): Asking {
  const { number, fleet, tally, abilities } = options;
  let calls = 0;

  async function invoke(functionName: string, event: unknown, what: string) {
    const outcome = await fleet.invoke(functionName, event);
    tally.requests += 1;
    if (outcome.ms > tally.slowest.ms) tally.slowest = { ms: outcome.ms, what };
    if (outcome.kind === 'timed out') tally.lose('no answer in time', `${what}, ${timeoutMs} ms`);
    return outcome;
  }

  function count(status: Reply['status'] | 'authorizer'): void {
    tally.answers.set(String(status), (tally.answers.get(String(status)) ?? 0) + 1);
  }

  async function ask(method: string, path: string, cookie?: string, body?: object): Promise<Reply> {
    calls += 1;
    // Every call from an address of its own: limits on guessing are not what is tried here.
    const ip = `10.${number % 256}.${Math.floor(calls / 250) % 256}.${calls % 250}`;
    const event = httpEvent(method, path, { ip, cookies: cookie ? [cookie] : [], ...(body && { body }) });
    const askedAt = performance.now();
    const { calmSince } = tally;
    const what = `${method} ${path}`;
    const { kind, result, ms } = await invoke(abilities.functionOf(path), event, what);
    const reply = kind === 'answer' ? read(result) : { status: kind, body: {}, cookie: undefined };
    const { status } = reply;
    count(status);
    if (typeof status !== 'number') return reply;
    const detail = `${what}, ${Math.round(ms)} ms`;
    if (status >= 500 && status !== 503) tally.lose(`answered ${status}`, detail);
    if (status === 503 && reply.cookie) tally.lose('answered 503 with a cookie', detail);
    if (status === 503 && ms > unavailableWithinMs && !hashing.has(path))
      tally.lose('answered 503 too late', detail);
    const wasThere = calmSince < askedAt && calmSince === tally.calmSince;
    if (status === 503 && wasThere && !hashing.has(path))
      tally.lose('answered 503 while the database was there', detail);
    if (status < 300) tally.successes.push({ askedAt, at: performance.now() });
    return reply;
  }

  async function askAuthorizer(cookie: string): Promise<Verdict> {
    const { kind, result } = await invoke('authorizer', authorizerEvent([cookie]), 'authorizer');
    if (kind !== 'answer') {
      count(kind);
      return undefined;
    }
    count('authorizer');
    const { isAuthorized, context } = result as { isAuthorized: boolean; context?: { userId?: string } };
    return { isAuthorized, userId: context?.userId };
  }

  return { ask, askAuthorizer };
}

/** The cookie by which a device is known again; who is signed in does not hang on it. */
const isDevice = (line: string) => /^(__Host-|session_auth_)device=/.test(line);

function read(result: unknown): Reply {
  const { statusCode, body, cookies, headers } = result as {
    statusCode: number;
    body?: string;
    cookies?: string[];
    headers?: Record<string, string>;
  };
  const line = cookies?.find((each) => !isDevice(each)) ?? headers?.['set-cookie'];
  const pair = line?.split(';')[0];
  return {
    status: statusCode,
    body: body?.startsWith('{') ? JSON.parse(body) : {},
    cookie: pair?.endsWith('=') ? undefined : pair,
  };
}
