import type { Hooks } from './flows/shared/hooks.ts';

/** Code of your own, for what happens to accounts. What is not here costs nothing. See handlers/README.md. */
export const hooks: Hooks = {};
