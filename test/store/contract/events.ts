import { beforeAll, describe, expect, test } from 'vitest';
import type { EventRecords } from '../../../lib/store/contract.ts';
import type { EventRecord } from '../../../lib/store/records.ts';
import { noon } from './new-user.ts';
import type { OpenStore } from './open-store.ts';

const at = noon;
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);
const inAWeek = later(7 * 86_400);

/** What every store promises of what happened on accounts. */
export function eventsContract(open: OpenStore<'events'>): void {
  describe('events', () => {
    let events: EventRecords;
    beforeAll(async () => {
      ({ events } = await open());
    });

    const newEvent = (userId: string, more: Partial<EventRecord> = {}): EventRecord => ({
      id: events.newId(),
      userId,
      type: 'sign_in',
      at,
      ip: '192.0.2.1',
      userAgent: null,
      ...more,
    });

    test('have ids of 24 hex digits, later ones greater', () => {
      const ids = Array.from({ length: 100 }, () => events.newId());

      for (const id of ids) expect(id).toMatch(/^[0-9a-f]{24}$/);
      expect(ids.toSorted()).toEqual(ids);
    });

    test('are listed newest first, each once however often it is sent', async () => {
      const made = [0, 1, 2].map((seconds) => newEvent('listed', { at: later(seconds) }));
      for (const event of [...made, ...made]) await events.insert(event, inAWeek);
      await events.insert(newEvent('another'), inAWeek);

      expect(await events.list({ userId: 'listed' }, 10)).toEqual(made.toReversed());
      expect(await events.list({ userId: 'listed' }, 2)).toEqual(made.toReversed().slice(0, 2));
    });

    test('of nobody cost as much, and are in no list', async () => {
      const id = events.newId();

      await events.insertNothing(id, inAWeek);
      await events.insertNothing(id, inAWeek);

      expect((await events.list({}, 100)).map((each) => each.id)).not.toContain(id);
      await events.remove([id]);
    });

    test('are paged by time and id, so that those of one millisecond are neither lost nor told twice', async () => {
      const made = Array.from({ length: 7 }, (_, number) =>
        newEvent('paged', { at: later(number < 5 ? 0 : 1) }),
      );
      for (const event of made) await events.insert(event, inAWeek);

      const told: EventRecord[] = [];
      for (;;) {
        const last = told.at(-1);
        const page = await events.list({ userId: 'paged' }, 2, last && { at: last.at, id: last.id });
        if (page.length === 0) break;
        told.push(...page);
      }

      expect(told).toEqual(made.toReversed());
    });

    test('are removed by their ids; kinds are told of the newest', async () => {
      const made = ['a', 'b', 'c'].map((type, seconds) => newEvent('kinds', { type, at: later(seconds) }));
      for (const event of made) await events.insert(event, inAWeek);

      const kinds = await events.kindsOf('kinds', 2);
      await events.remove(kinds.map(({ id }) => id));
      await events.remove(kinds.map(({ id }) => id));

      expect(kinds.map(({ type }) => type)).toEqual(['c', 'b']);
      expect(await events.list({ userId: 'kinds' }, 10)).toEqual([made[0]]);
    });

    test('of everybody, of one kind, and of one kind of somebody are listed', async () => {
      const [first, second, third] = [
        newEvent('a', { type: 'rare', at: later(50) }),
        newEvent('b', { type: 'rare', at: later(51), by: 'an administrator', about: 'somebody' }),
        newEvent('a', { type: 'other', at: later(52) }),
      ];
      for (const event of [first, second, third]) await events.insert(event, inAWeek);

      expect((await events.list({}, 3)).map(({ id }) => id)).toEqual([third.id, second.id, first.id]);
      expect(await events.list({ type: 'rare' }, 10)).toEqual([second, first]);
      expect(await events.list({ userId: 'a', type: 'rare' }, 10)).toEqual([first]);
      expect(await events.list({ type: 'rare' }, 10, second)).toEqual([first]);
    });

    test('of a user are erased, those of others stay', async () => {
      const stays = newEvent('stays');
      await events.insert(newEvent('erased'), inAWeek);
      await events.insert(stays, inAWeek);

      await events.erase('erased', at);
      await events.erase('erased', at);

      expect(await events.list({ userId: 'erased' }, 10)).toEqual([]);
      expect(await events.list({ userId: 'stays' }, 10)).toEqual([stays]);
    });
  });
}
