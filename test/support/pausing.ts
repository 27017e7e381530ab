import { createGate, type Gate } from './gates.ts';
import type { Instance } from './instance.ts';

/** Lets an instance's next command but `commands` wait at a gate before it is sent, and all that come after it. */
export function pauseAt(instance: Instance, commands: number): Gate {
  const { link } = instance;
  const { run } = link;
  const gate = createGate();
  let left = commands;
  link.run = async (operation) => {
    left -= 1;
    if (left < 0) await gate.pass();
    return run(operation);
  };
  return gate;
}
