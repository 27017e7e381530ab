import pLimit from 'p-limit';
import type { Budget } from './budget.ts';

/** An operation was given up, whatever it waited for. */
export class TooLateError extends Error {
  override readonly name = 'TooLateError';
}

/** Waits for a connection, and returns what gives it to the next in line. */
export type TakeTurn = (budget: Budget) => Promise<() => void>;

/** How often it is asked whether to wait still for a connection. */
const checkMs = 50;

/**
 * Gives out a database's connections, first come, first served. Of the request's time for the database waiting takes what
 * the database is silent.
 *
 * @param most connections that an instance may have at once.
 * @param lastAnswerAt when the database answered last (milliseconds, monotonic).
 */
export function createTurns(most: number, lastAnswerAt: () => number): TakeTurn {
  const connections = pLimit(most);
  return async function takeTurn(budget) {
    const startedAt = performance.now();
    const silentMs = () => performance.now() - Math.max(startedAt, lastAnswerAt());
    try {
      return await new Promise((take, refuse) => {
        let isOver = false;
        const timer = setInterval(() => {
          isOver = budget.msLeft() <= silentMs();
          if (isOver) refuse(new TooLateError('every connection is taken'));
          if (isOver) clearInterval(timer);
        }, checkMs);
        connections(() => {
          clearInterval(timer);
          return isOver ? undefined : new Promise<void>((leave) => take(leave));
        });
      });
    } finally {
      budget.spendMs(silentMs());
    }
  };
}
