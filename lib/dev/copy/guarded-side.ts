import { HintedError } from '../../base/hinted-error.ts';
import { within } from '../../base/within.ts';
import type { CopySide } from '../../store/copying.ts';

/** No step takes longer: a batch is small. */
const stepMs = 90_000;

/** A database that did not do its part; says nothing of its address, and nothing of what it was given. */
export class SideError extends Error {
  override readonly name = 'SideError';
  readonly isRefusal: boolean;

  constructor(option: string, cause: unknown, isRefusal: boolean, hint?: string) {
    const advice = hint === undefined ? '' : `: ${hint}`;
    super(`the database of ${option} failed (${reasonOf(cause)})${advice}`, { cause });
    this.isRefusal = isRefusal;
  }
}

/** The same side, with every step bounded in time, and every failure told as whose it is. */
export function guardedSide(option: string, side: CopySide, milliseconds = stepMs): CopySide {
  async function guarded<T>(step: Promise<T>): Promise<T> {
    try {
      return await within(milliseconds, step, () => new TimeoutError('no answer'));
    } catch (error) {
      const isLate = error instanceof TimeoutError;
      throw new SideError(option, error, !isLate && side.isRefusal(error), hintOf(error, side));
    }
  }
  return {
    ...side,
    missing: () => guarded(side.missing()),
    read: (...given) => guarded(side.read(...given)),
    insert: (...given) => guarded(side.insert(...given)),
    remove: (...given) => guarded(side.remove(...given)),
    readMark: () => guarded(side.readMark()),
    putMark: (...given) => guarded(side.putMark(...given)),
    removeMark: () => guarded(side.removeMark()),
    isRefusal: (error) => error instanceof SideError && error.isRefusal,
  };
}

/** As the store says it of itself, or else this side of what its driver threw. */
function hintOf(error: unknown, side: CopySide): string | undefined {
  const { cause } = (error ?? {}) as { cause?: unknown };
  return cause instanceof HintedError ? cause.hint : side.hintOf(error);
}

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** The name or code of what failed. A driver's message would quote what it was given, hashes among it. */
export function reasonOf(error: unknown): string {
  const { codeName, code, name, cause } = (error ?? {}) as Record<string, unknown>;
  // What a store says of itself has what happened below it.
  if (name === 'Problem' && cause !== undefined) return reasonOf(cause);
  return String(codeName || code || name || 'unknown error');
}
