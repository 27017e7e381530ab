import type { Flow } from '../flow.ts';

export const activity = { name: 'activity', tag: 'Account' } as const satisfies Flow;
