import { describe, expect, test } from 'vitest';
import { brand } from '../../../lib/web/page/brand.ts';
import { styles } from '../../../lib/web/page/styles.ts';
import { contrast } from '../../support/contrast.ts';

/** What the pages are painted on. */
const behind = {
  light: { page: '#f6f7f9', card: '#ffffff' },
  dark: { page: '#101217', card: '#191c23' },
};

/** What cannot be read with these colours, each with what to do about it. */
function faultsOf({ accent, onAccent }: Pick<typeof brand, 'accent' | 'onAccent'>): string[] {
  const faults: string[] = [];
  const look = (what: string, one: string, other: string, least: number, todo: string) => {
    const ratio = contrast(one, other);
    if (!(ratio >= least))
      faults.push(
        `${what}: ${one} on ${other} is ${ratio.toFixed(2)} : 1, and has to be ${least} : 1. ${todo}`,
      );
  };
  for (const theme of ['light', 'dark'] as const) {
    const way = theme === 'light' ? 'darker' : 'lighter';
    const other = `Take a ${way} accent.${theme} in lib/web/page/brand.ts`;
    const text = `${other}, or another onAccent.${theme}.`;
    look(`the text on buttons, ${theme}`, onAccent[theme], accent[theme], 4.5, text);
    for (const [where, colour] of Object.entries(behind[theme])) {
      // WCAG 2.2, 1.4.3: links are text. 1.4.11: what has the focus, and the edge of a button, are not.
      look(`a link on a ${where}, ${theme}`, accent[theme], colour, 4.5, `${other}.`);
      look(`the focus on a ${where}, ${theme}`, accent[theme], colour, 3, `${other}.`);
    }
  }
  return faults;
}

describe("the service's own colour", () => {
  test('can be read by everybody, in both themes', () => {
    for (const colour of [...Object.values(brand.accent), ...Object.values(brand.onAccent)])
      expect(colour, 'a colour in lib/web/page/brand.ts is written as #rrggbb').toMatch(/^#[0-9a-f]{6}$/i);
    expect(faultsOf(brand)).toEqual([]);
  });

  test('that cannot be read is told, with what to do', () => {
    const { accent, onAccent } = brand;

    const faults = faultsOf({ onAccent, accent: { ...accent, light: '#ffd400' } });

    expect(faults).toHaveLength(5);
    expect(faults[0]).toBe(
      'the text on buttons, light: #ffffff on #ffd400 is 1.43 : 1, and has to be 4.5 : 1. Take a darker accent.light in lib/web/page/brand.ts, or another onAccent.light.',
    );
    expect(faultsOf({ onAccent, accent: { ...accent, dark: '#3347c6' } })).not.toEqual([]);
  });

  test('is what the pages are painted with, on what is looked at here', () => {
    for (const colour of [...Object.values(brand.accent), ...Object.values(brand.onAccent)])
      expect(styles).toContain(`: ${colour};`);
    expect(styles).toContain(`--page: ${behind.light.page}; --card: #fff;`);
    expect(styles).toContain(`--page: ${behind.dark.page}; --card: ${behind.dark.card};`);
  });

  test('and its logo need nothing from elsewhere, and no script', () => {
    if (brand.logo !== null) {
      expect(brand.logo).toMatch(/^<svg[\s>]/);
      expect(brand.logo).not.toMatch(/<script|\sstyle=|\son\w+=|(href|src)="(?!#)|<style|<foreignObject/i);
    }
  });
});

test('contrast is as WCAG defines it', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(contrast('#abcdef', '#abcdef')).toBe(1);
});
