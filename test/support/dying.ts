import { unavailable } from '../../lib/base/problem.ts';
import type { Instance } from './instance.ts';

/** Where an instance dies: its last command has not been sent, or has been and nobody hears its answer. */
export type Death = 'before' | 'after';

/**
 * Lets an instance die at its next command but `commands`, as if its process ended there: from then on none reaches
 * the database.
 *
 * @returns whether it has died, which it has not where the request needed fewer.
 */
export function dieAt(instance: Instance, commands: number, death: Death): { dead: () => boolean } {
  const { link } = instance;
  const { run } = link;
  let left = commands;
  link.run = async (operation) => {
    left -= 1;
    if (left >= 0) return run(operation);
    if (left === -1 && death === 'after') await run(operation);
    throw unavailable(new Error('this instance has died'));
  };
  return { dead: () => left < 0 };
}
