import type { Flow } from '../flow.ts';

export const outbox = {
  name: 'outbox',
  tag: 'Development',
  description: 'What only a development stage answers.',
} as const satisfies Flow;
