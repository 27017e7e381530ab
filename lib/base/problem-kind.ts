/** One problem as the outside sees it (RFC 9457). */
export interface ProblemKind {
  /** Stable; what stands in the answer, and what callers decide by. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** When it comes, and what the caller can do. */
  readonly meaning: string;
}

/** Declares kinds of problems by their codes. */
export function problemKinds<Code extends string>(
  table: Readonly<Record<Code, Omit<ProblemKind, 'code'>>>,
): Readonly<Record<Code, ProblemKind>> {
  const kinds = Object.entries<Omit<ProblemKind, 'code'>>(table).map(([code, kind]) => [
    code,
    { code, ...kind },
  ]);
  return Object.fromEntries(kinds);
}
