/** One measured figure; `goal` and `met` are null where there is no goal. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  goal: number | null;
  met: boolean | null;
}

/** A table cannot be measured on this machine; its message says what to install. */
export class SkippedError extends Error {
  override readonly name = 'SkippedError';
}

/** A figure that is to be at least `goal`. */
export function atLeast(name: string, value: number, unit: string, goal: number): Figure {
  return { name, value: round(value), unit, goal, met: round(value) >= goal };
}

/** A figure that is to be at most `goal`. */
export function atMost(name: string, value: number, unit: string, goal: number): Figure {
  return { name, value: round(value), unit, goal, met: round(value) <= goal };
}

/** A figure without a goal. */
export function plain(name: string, value: number, unit: string): Figure {
  return { name, value: round(value), unit, goal: null, met: null };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) throw new Error('no values to take the median of');
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
