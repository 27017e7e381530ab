import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from './database.ts';
import { driveGeneratedEvents, secretMark, startTarget } from './drive-generated-events.ts';
import { eventSources } from './events.ts';

/** Events for each source; `GENERATED_EVENTS` says another number. */
const runs = Number(process.env.GENERATED_EVENTS ?? 2_000);

/** Registers the tests with generated events for some of the sources, by their place among all. */
export function generatedEventsTests(isMine: (at: number) => boolean): void {
  const database = testDatabase('generated_events');
  let target: Awaited<ReturnType<typeof startTarget>>;

  beforeAll(async () => {
    target = await startTarget(database);
  });

  afterAll(async () => {
    await target.instance.end();
    await database.drop();
  });

  test.each(eventSources.filter((_source, at) => isMine(at)))(
    `${runs} generated events from $name: no 5xx, no unhandled rejection, no secret in the log`,
    async (source) => {
      const { statuses, log, unhandledRejections } = await driveGeneratedEvents(target, { source, runs });

      expect(unhandledRejections).toEqual([]);
      expect(log).toContain('/auth/sign-in');
      expect(log).not.toContain(secretMark);
      // Every door was tried, and some opened; a few hundred need not find them all.
      if (runs >= 5000)
        expect([...statuses.keys()]).toEqual(
          expect.arrayContaining([200, 204, 400, 401, 403, 404, 405, 415, 422]),
        );
    },
    300_000,
  );
}
