import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Where screenshots are kept. */
export const screenshots = '.screenshots';

/** Each theme and each width once: what a theme changes does not depend on the width, nor the other way round. */
export const views = [
  ['light', 360],
  ['dark', 1280],
] as const;

/** Keeps a screenshot of a page, and holds that everybody can read it: by axe, and without scrolling sideways. */
export async function look(page: Page, name: string, file: string, fullPage = true): Promise<void> {
  const take = () => page.screenshot({ path: `${screenshots}/${file}.png`, fullPage });
  // Chromium says now and then that it cannot, on a busy machine.
  await take().catch(take);
  // Nothing runs in a frame of ours, axe neither: one holds a mail, whose frame alone is part of the page.
  const axe = new AxeBuilder({ page }).exclude('iframe');
  // What the dark theme changes is colours: every rule has looked at the same elements in the light one.
  if (await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches))
    axe.withRules(['color-contrast']);
  const { violations } = await axe.analyze();
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  expect.soft(found, name).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect.soft(overflow, `${name} scrolls sideways`).toBe(0);
}
