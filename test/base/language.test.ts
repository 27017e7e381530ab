import { expect, test } from 'vitest';
import { duration, languages } from '../../lib/base/language.ts';

test.each(languages)('a duration in %s is what Node’s own format says', (language) => {
  for (const [count, unit, ms] of [
    [1, 'minute', 60_000],
    [10, 'minute', 600_000],
    [1, 'hour', 3_600_000],
    [24, 'hour', 86_400_000],
    [72, 'hour', 259_200_000],
  ] as const) {
    const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' });
    expect(duration(ms, language)).toBe(format.format(count));
  }
});
