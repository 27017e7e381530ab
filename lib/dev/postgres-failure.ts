import { UsageError } from './command.ts';
import type { RunAs } from './postgres-user.ts';

/** A folder of ours with a PostgreSQL's data and its log in it. */
export interface ClusterFolder {
  folder: string;
  isKept: boolean;
  runAs: RunAs | undefined;
}

/** Why a program of PostgreSQL has ended, by what it said. */
export function postgresFailure(program: string, said: string, { folder, runAs }: ClusterFolder): UsageError {
  const [, other] = /another (?:postmaster|postgres) \(PID (\d+)\)/.exec(said) ?? [];
  if (other)
    return new UsageError(
      `The data in ${folder} is in use by another PostgreSQL (process ${other}): stop that one first`,
    );
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const reason =
    lines.filter((line) => /FATAL|error:|EACCES/.test(line)).at(-1) ?? lines.at(-1) ?? 'it says nothing';
  const as = runAs
    ? `. Because PostgreSQL does not run as root it runs as ${runAs.name}, who must be able to reach that and ${folder}`
    : '';
  return new UsageError(`${program} does not start: ${reason.trim()}${as}`);
}
