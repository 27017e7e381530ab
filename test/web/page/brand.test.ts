import { describe, expect, onTestFinished, test } from 'vitest';
import { brand } from '../../../lib/web/page/brand.ts';
import { styles } from '../../../lib/web/page/styles.ts';
import { contrast } from '../../support/contrast.ts';
import { testInstances } from '../../support/instances.ts';
import { person } from '../../support/person.ts';

const { start } = testInstances('brand');

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
});

/** What a logo must not be: null where it may stand in the pages. */
function faultOf(logo: string): string | null {
  if (/^data:image\/png;base64,iVBORw0KGgo[A-Za-z0-9+/]+={0,2}$/.test(logo)) return null;
  if (!/^<svg[\s>]/.test(logo)) return 'it is neither the text of an SVG file nor a PNG in base64';
  const wants = /<script|\sstyle=|\son\w+=|(href|src)="(?!#)|<style|<foreignObject/i.exec(logo);
  return wants && `it has ${wants[0].trim()}, which the pages do not allow`;
}

/** Of one pixel. */
const png =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const svg = '<svg viewBox="0 0 1 1"><path d="M0 0h1v1z" fill="currentColor"/></svg>';

describe('its logo', () => {
  test('needs nothing from elsewhere, and no script', () => {
    expect(brand.logo === null ? null : faultOf(brand.logo)).toBeNull();
    expect([faultOf(png), faultOf(svg)]).toEqual([null, null]);
    for (const wrong of [
      'https://example.com/logo.png',
      'data:image/png;base64,"><script>alert(1)</script>',
      'data:image/svg+xml;base64,PHN2Zz4=',
      svg.replace('<path', '<script>alert(1)</script><path'),
      svg.replace('<path', '<path style="fill:red"'),
      svg.replace('<path', '<image href="https://example.com/logo.png"/><path'),
    ])
      expect(faultOf(wrong), wrong).not.toBeNull();
  });

  test.each([
    ['a PNG file', png, `<img src="${png}" alt/>`],
    ['an SVG file', svg, svg],
  ])('may be %s, which the policy of the pages lets the browser show', async (_what, logo, shown) => {
    const before = brand.logo;
    onTestFinished(() => {
      brand.logo = before;
    });
    brand.logo = logo;

    const page = await person({ instance: start() }).pages.get('/sign-in');

    expect(page.body).toContain(shown);
    expect(page.headers.get('content-security-policy')).toMatch(/img-src 'self' data:;/);
  });
});

test('contrast is as WCAG defines it', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(contrast('#abcdef', '#abcdef')).toBe(1);
});
