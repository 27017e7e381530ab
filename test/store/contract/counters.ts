import { beforeAll, describe, expect, test } from 'vitest';
import type { CounterRecords } from '../../../lib/store/contract.ts';
import type { OpenStore } from './open-store.ts';

/** What every store promises of counters. */
export function countersContract(open: OpenStore<'counters'>): void {
  describe('counters', () => {
    let counters: CounterRecords;
    beforeAll(async () => {
      ({ counters } = await open());
    });

    test('count one more each, forty at once too, and say how long their window lasts', async () => {
      const counted = await Promise.all(Array.from({ length: 40 }, () => counters.add('forty', 600)));

      const counts = counted.map(({ count }) => count);
      expect(new Set(counts).size).toBe(40);
      // One whose answer was long in coming is asked again, and may have counted twice.
      expect(Math.max(...counts)).toBeGreaterThanOrEqual(40);
      expect(Math.max(...counts)).toBeLessThan(60);
      for (const { secondsLeft } of counted) {
        expect(secondsLeft).toBeGreaterThan(0);
        expect(secondsLeft).toBeLessThanOrEqual(600);
      }
    });

    test('are read without counting, in the order in which they are asked for; 0 where nothing was', async () => {
      await counters.add('read', 600);
      await counters.add('read', 600);

      const read = await counters.read(['none', 'read', 'none']);

      expect(read.map(({ count }) => count)).toEqual([0, 2, 0]);
      expect((await counters.read(['read']))[0]?.count).toBe(2);
    });

    test('may have a window of years', async () => {
      const tenYears = 10 * 365 * 24 * 60 * 60;

      for (const _ of [1, 2, 3]) {
        const { count, secondsLeft } = await counters.add('years', tenYears);
        expect(secondsLeft).toBeGreaterThan(tenYears - 600);
        expect(secondsLeft).toBeLessThanOrEqual(tenYears);
        expect(count).toBe((await counters.read(['years']))[0]?.count);
      }
    });

    test('begin anew when their window is over', async () => {
      await counters.add('short', 1);
      await counters.add('short', 1);
      await expect.poll(async () => (await counters.read(['short']))[0]?.count).toBe(0);

      expect((await counters.add('short', 600)).count).toBe(1);
    });

    test('are removed; one that has reached its limit stays where that is asked', async () => {
      for (const _ of [1, 2, 3]) await counters.add('full', 600);
      await counters.add('low', 600);
      await counters.add('beside', 600);

      await counters.remove(['full', 'beside'], { id: 'full', limit: 3 });
      await counters.remove(['low'], { id: 'low', limit: 3 });

      const left = await counters.read(['full', 'beside', 'low']);
      expect(left.map(({ count }) => count)).toEqual([3, 0, 0]);
      await counters.remove(['full']);
      expect((await counters.read(['full']))[0]?.count).toBe(0);
    });

    test('go by families: the id itself and those that go on with a colon, and no other', async () => {
      const [family, others] = [
        ['f', 'f:1', 'f:2:3'],
        ['ff', 'f_', 'e', 'g'],
      ];
      for (const id of [...family, ...others]) await counters.add(id, 600);

      await counters.removeFamily('f');
      await counters.removeFamily('f');

      expect((await counters.read(family)).map(({ count }) => count)).toEqual([0, 0, 0]);
      expect((await counters.read(others)).map(({ count }) => count)).toEqual([1, 1, 1, 1]);
    });
  });
}
