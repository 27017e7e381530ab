import { inspect } from 'node:util';
import fc from 'fast-check';
import type { TestDatabase } from './database.ts';
import { createClient, eventSource, type TestEventSource, testContext } from './events.ts';
import { generatedEvents, type Known } from './generated-events.ts';
import { type Instance, startInstance } from './instance.ts';

/** What came of it. */
export interface Driven {
  /** Answers by status. */
  statuses: Map<number, number>;
  /** Everything that was logged, as text. */
  log: string;
  unhandledRejections: unknown[];
}

export interface DriveOptions {
  source: TestEventSource;
  /** How many events (10,000). */
  runs?: number;
  /** Makes the same events again. */
  seed?: number;
}

/** In every secret of generated requests, so that one search finds them all. */
export const secretMark = 's3cret';

const account = { email: 'ada@example.com', password: `a ${secretMark} of ada and nobody else` };
const sessionLives = 200;

/** An instance with one account and its session, at which generated events are thrown. */
export async function startTarget(database: Pick<TestDatabase, 'uri' | 'name' | 'db' | 'prepare'>) {
  const instance = startInstance({ database, environment: { RATE_LIMIT_FACTOR: '1' } });
  await database.prepare();
  const client = createClient(instance.handlers.auth, eventSource('function URL'));
  await client.post('/auth/sign-up', account);
  const sessions = database.db().collection(instance.config.sessionCollection);
  const session = await sessions.findOne({});
  const known: Known = {
    account,
    cookies: [`session_auth=${client.cookies.get('session')}`],
    emails: [account.email, 'nobody@example.com'],
    secrets: [account.password, `${secretMark} token, base64url-ish`, secretMark],
    paths: ['/auth/sign-in', '/auth/sign-up', '/auth/sign-out', '/auth/session', '/auth/nowhere'],
  };
  /** Some events sign out; the next ones want to be signed in again. */
  const revive = () => session && sessions.replaceOne({ _id: session._id }, session, { upsert: true });
  return { instance, known, revive };
}

type Target = Awaited<ReturnType<typeof startTarget>>;

/**
 * Throws generated events at `auth`.
 *
 * @throws Error with the event, made as small as it can be, where one is answered 5xx, or 4xx without a code.
 */
export async function driveGeneratedEvents(target: Target, options: DriveOptions): Promise<Driven> {
  const { source, runs = 10_000, seed } = options;
  const { instance, known, revive } = target;
  const statuses = new Map<number, number>();
  const unhandledRejections: unknown[] = [];
  const onUnhandled = (reason: unknown) => void unhandledRejections.push(reason);
  process.on('unhandledRejection', onUnhandled);
  instance.log.length = 0;
  let sent = 0;
  try {
    await fc.assert(
      fc.asyncProperty(generatedEvents(source, known), async (event) => {
        if (sent++ % sessionLives === 0) await revive();
        const status = await answerOf(instance, source, event);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }),
      { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
    );
  } finally {
    process.off('unhandledRejection', onUnhandled);
  }
  const log = inspect(instance.log, { depth: 8, maxArrayLength: null, maxStringLength: null });
  return { statuses, log, unhandledRejections };
}

async function answerOf(instance: Instance, source: TestEventSource, event: unknown): Promise<number> {
  const answer = source.response(await instance.handlers.auth(event, testContext()));
  if (answer.status >= 500) throw new Error(`answered ${answer.status}: ${answer.body}`);
  if (answer.status >= 400 && answer.body !== '' && typeof answer.json().code !== 'string')
    throw new Error(`answered ${answer.status} without a code: ${answer.body}`);
  return answer.status;
}
