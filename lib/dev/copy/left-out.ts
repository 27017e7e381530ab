import type { Kind } from '../../store/contract.ts';
import { UsageError } from '../command.ts';

/** Lines that are said of records which the target cannot keep; beyond that they are counted. */
const mostLines = 20;

/** Records that a target may refuse: with more the fault is another. */
const mostRefused = 1000;

/** What the target cannot keep: each is said once, with its key and why. */
export function createLeftOut(say: (line: string) => void) {
  const refused = new Map<string, string>();
  let lines = 0;

  function tell(kind: Kind, key: string, why: string): void {
    lines += 1;
    if (lines <= mostLines) say(`  left out: ${kind} ${key}: ${why}`);
    if (lines === mostLines) say('  left out: more are counted at the end');
  }

  return {
    tell,
    /** Notes one that the target's database refused. @throws {UsageError} where they are too many. */
    refuse(kind: Kind, key: string, why: string): void {
      refused.set(`${kind} ${key}`, why);
      tell(kind, key, why);
      if (refused.size > mostRefused)
        throw new UsageError(
          `The database of --to refused more than ${mostRefused} records (${why}). What was copied stays; --to is not complete.`,
        );
    },
    isRefused: (kind: Kind, key: string) => refused.has(`${kind} ${key}`),
  };
}

export type LeftOut = ReturnType<typeof createLeftOut>;
