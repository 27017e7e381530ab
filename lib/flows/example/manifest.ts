import type { Flow } from '../flow.ts';

export const example = {
  name: 'example',
  tag: 'Authorizer',
  description: 'What a function of your own behind the authorizer looks like.',
} as const satisfies Flow;
