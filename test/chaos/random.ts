import { createHash } from 'node:crypto';

/** Choices that a seed repeats. */
export interface Random {
  /** From 0 to 1, without 1. */
  number(): number;
  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number;
  pick<T>(choices: readonly T[]): T;
  /** A stream of its own, so that what one caller draws does not shift what another draws. */
  fork(name: string): Random;
}

/** SHA-256 in counter mode: slow for a generator, and the same everywhere. */
export function createRandom(seed: string): Random {
  let count = 0;
  const number = () => {
    count += 1;
    return createHash('sha256').update(`${seed}:${count}`).digest().readUInt32BE(0) / 2 ** 32;
  };
  const integer = (least: number, most: number) => least + Math.floor(number() * (most - least + 1));
  return {
    number,
    integer,
    pick: (choices) => {
      const chosen = choices[integer(0, choices.length - 1)];
      if (chosen === undefined) throw new Error('nothing to choose from');
      return chosen;
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}
