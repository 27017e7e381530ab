import { chromiumPath, noChromium } from './chromium.ts';

/** Ends the run with plain words, and no stack, where there is no browser to run it in. */
export default function requireChromium(): void {
  if (chromiumPath()) return;
  console.error(`\n${noChromium}\n`);
  process.exit(1);
}
