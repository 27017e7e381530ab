import type { Flow } from '../flow.ts';

export const health = {
  name: 'health',
  tag: 'Health',
  description: 'Whether the functions run and reach their database.',
} as const satisfies Flow;
