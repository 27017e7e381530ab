import type { Rule } from '../limits/rule.ts';
import type { Flow, LimitOf } from './flow.ts';
import { manifests } from './manifests.ts';

/** Every limit that a flow declares, by what is counted. */
export const limitRules: Readonly<Record<LimitOf<(typeof manifests)[number]>, Rule>> = Object.assign(
  {},
  ...manifests.map(({ limits }: Flow) => limits),
);
