import type { PageTools } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { passwordPages } from './password/pages.tsx';

/** The pages of every way in. */
const pagesOfWaysIn = [passwordPages];

export type WaysInPagesOptions = Parameters<(typeof pagesOfWaysIn)[number]>[0];

/** The pages by which people come in, of all ways. */
export function wayInPages(options: WaysInPagesOptions, tools: PageTools<never>): Implemented[] {
  return pagesOfWaysIn.flatMap((pagesOf) => pagesOf(options, tools));
}
