import { type GeneralCode, generalProblems } from '../base/general-problems.ts';
import type { ProblemKind } from '../base/problem-kind.ts';
import type { Flow, ProblemOf } from './flow.ts';
import { manifests } from './manifests.ts';

/** The code of a problem that the product answers with. */
export type ProblemCode = GeneralCode | ProblemOf<(typeof manifests)[number]>;

const all: readonly ProblemKind[] = [
  generalProblems,
  ...manifests.map(({ problems = {} }: Flow) => problems),
].flatMap((problems) => Object.values(problems));

/** Every problem that the product answers with, by its code, in order of status. */
export const problemTable = Object.fromEntries(
  all.toSorted((one, other) => one.status - other.status).map((kind) => [kind.code, kind]),
) as Readonly<Record<ProblemCode, ProblemKind>>;
