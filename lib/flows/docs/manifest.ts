import type { Flow } from '../flow.ts';

export const docs = {
  name: 'docs',
  tag: 'Description',
  description: 'This description.',
} as const satisfies Flow;
