import { expect, test } from 'vitest';
import { showRecords } from '../../lib/dev/copy/show-records.ts';

/** How far copies and imports have come. */

/** What is written of so many records, one by one, and then the end. */
function written(count: number, isTTY: boolean): string {
  let all = '';
  const show = showRecords({
    isTTY,
    write: (text: string) => {
      all += text;
      return true;
    },
  } as never);
  for (let records = 1; records <= count; records += 1) show('lines', records, false);
  show('lines', count, true);
  return all;
}

test.each<[number, string[]]>([
  [0, ['0']],
  [7, ['7']],
  [99_999, ['99,999']],
  [100_000, ['100,000']],
  [100_001, ['100,000', '100,001']],
  [200_000, ['100,000', '200,000']],
])('of %i records each line is told once, the last one too', (count, lines) => {
  expect(written(count, false)).toBe(lines.map((line) => `lines: ${line}\n`).join(''));
});

test('on a terminal one line is written over, and ends once', () => {
  expect(written(2, true)).toBe('\rlines: 1\rlines: 2\rlines: 2\n');
});
