import { beforeAll, describe, expect, test } from 'vitest';
import type { RepeatRecords } from '../../../lib/store/contract.ts';
import { noon } from './new-user.ts';
import type { OpenStore } from './open-store.ts';

const at = noon;
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);

/** What every store promises of marks against doing a thing twice. */
export function repeatsContract(open: OpenStore<'repeats'>): void {
  describe('repeats', () => {
    let repeats: RepeatRecords;
    beforeAll(async () => {
      ({ repeats } = await open());
    });

    test('are found until they are over; a later one takes the place', async () => {
      await repeats.put('found', 'one', later(60));
      await repeats.put('found', 'two', later(60));

      expect(await repeats.find('found', at)).toBe('two');
      expect(await repeats.find('found', later(60))).toBeNull();
      expect(await repeats.find('other', at)).toBeNull();
    });

    test('are begun by one of ten at once, and by it again', async () => {
      const subjects = Array.from({ length: 10 }, (_, number) => `subject-${number}`);

      const begun = await Promise.all(
        subjects.map((subject) => repeats.begin('race', subject, later(5), at)),
      );

      expect(begun.filter(Boolean)).toHaveLength(1);
      const first = subjects[begun.indexOf(true)] ?? '';
      expect(await repeats.find('race', at)).toBe(first);
      expect(await repeats.begin('race', first, later(5), at)).toBe(true);
    });

    test('may be begun by another when they are over', async () => {
      await repeats.begin('over', 'one', later(5), at);

      expect(await repeats.begin('over', 'two', later(9), later(4))).toBe(false);
      expect(await repeats.begin('over', 'two', later(9), later(5))).toBe(true);
      expect(await repeats.find('over', later(6))).toBe('two');
    });

    test('go with their subject', async () => {
      await repeats.put('a', 'gone', later(60));
      await repeats.put('b', 'gone', later(60));
      await repeats.put('c', 'stays', later(60));

      await repeats.erase('gone');
      await repeats.erase('gone');

      expect(await Promise.all(['a', 'b', 'c'].map((id) => repeats.find(id, at)))).toEqual([
        null,
        null,
        'stays',
      ]);
    });
  });
}
