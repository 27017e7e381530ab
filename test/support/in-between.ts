import type { Instance } from './instance.ts';

/**
 * Has something whole happen before an instance's next command but `commands`: with every number in turn, that is each
 * moment at which another instance could come in between.
 *
 * @returns whether it has happened, which it has not where the request needed fewer.
 */
export function inBetween(
  { link }: Instance,
  commands: number,
  work: () => Promise<unknown>,
): { happened: () => boolean } {
  const { run } = link;
  let left = commands;
  link.run = async (operation) => {
    left -= 1;
    if (left === -1) await work();
    return run(operation);
  };
  return { happened: () => left < 0 };
}
