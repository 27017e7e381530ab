import { expect, test } from 'vitest';
import { sweepHandler } from '../../lib/aws/sweep-handler.ts';
import type { LogFields } from '../../lib/base/log.ts';
import { sweepFunction } from '../../lib/functions/sweep.ts';
import { readConfig } from '../../lib/store/read-config.ts';

const now = new Date('2026-03-01T12:00:00Z');

/** A log that keeps its lines. */
function keptLog() {
  const lines: (LogFields & { level: string; message: string })[] = [];
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, ...fields });
  return { lines, log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

/** The time of an invocation, from which each look at it takes so much. */
function invocation(ofMs: number, eachMs: number) {
  let leftMs = ofMs;
  const getRemainingTimeInMillis = () => {
    leftMs -= eachMs;
    return leftMs;
  };
  return { awsRequestId: 'one-invocation', getRemainingTimeInMillis };
}

/** A store of so many that are over, of which each step removes 500. */
function storeOf(over: number) {
  const asked: Date[] = [];
  const sweep = async (at: Date, mayGoOn: () => boolean) => {
    asked.push(at);
    let sessions = 0;
    while (sessions < over && mayGoOn()) sessions += Math.min(500, over - sessions);
    return { sessions, tokens: 0 };
  };
  return { asked, sweep };
}

test('a sweep goes on until nothing is left, answers how many of each kind it removed and logs it in one line', async () => {
  const { lines, log } = keptLog();
  const { asked, sweep } = storeOf(12_345);
  const handler = sweepHandler({ log, now: () => now, sweep });

  expect(await handler({ source: 'aws.events' }, invocation(300_000, 1000))).toEqual({
    sessions: 12_345,
    tokens: 0,
  });

  expect(asked).toEqual([now]);
  expect(lines).toEqual([
    {
      level: 'info',
      message: 'swept',
      requestId: 'one-invocation',
      removed: { sessions: 12_345, tokens: 0 },
      isWhole: true,
      milliseconds: expect.any(Number),
      databaseRoundTrips: 0,
      databaseMilliseconds: 0,
    },
  ]);
});

test('a sweep ends by itself when less than 5 s of its invocation are left', async () => {
  const { lines, log } = keptLog();
  const context = invocation(300_000, 10_000);
  const handler = sweepHandler({ log, now: () => now, sweep: storeOf(1_000_000).sweep });

  // 29 steps of 10 s each; a thirtieth would reach the end.
  expect(await handler({}, context)).toEqual({ sessions: 29 * 500, tokens: 0 });
  expect(lines).toMatchObject([{ message: 'swept', isWhole: false }]);
});

test('a sweep that fails says so by an error that quotes nothing', async () => {
  const { lines, log } = keptLog();
  const sweep = async () => {
    throw new TypeError('postgres://someone:secret@db.example.com refused ada@example.com');
  };
  const handler = sweepHandler({ log, now: () => now, sweep });

  const failure = await handler({}, invocation(300_000, 1000)).catch((error: unknown) => error);

  expect(failure).toMatchObject({ name: 'SweepError', message: 'sweep failed: TypeError' });
  expect((failure as Error).cause).toBeUndefined();
  expect(lines).toMatchObject([{ level: 'error', message: 'sweep failed', error: 'TypeError' }]);
  expect(JSON.stringify(lines)).not.toMatch(/secret@|ada@/);
});

test('where the database removes by itself nothing is asked of it', async () => {
  const { lines, log } = keptLog();
  const environment = { STAGE: 'test', MONGODB_URI: 'mongodb://127.0.0.1:1/' };
  const handler = sweepFunction(readConfig(environment, 'database'), { log });

  expect(await handler({}, invocation(300_000, 1000))).toEqual({});
  expect(lines).toMatchObject([{ message: 'swept', removed: {} }]);
});
