import { currentRequest, type RequestContext } from '../base/request.ts';

/** A request waits this long for the database, all told: its answer leaves within 5 seconds, without a hang. */
export const databaseBudgetMs = 4000;

/** How long one request may still wait for the database. */
export interface Budget {
  /** Milliseconds that are left; waiting for several operations at once counts once. */
  msLeft(): number;
  /** Counts the time of `work` as waiting for the database. */
  spend<T>(work: () => Promise<T>): Promise<T>;
  /** Counts milliseconds that were waited otherwise. */
  spendMs(milliseconds: number): void;
}

const budgets = new WeakMap<RequestContext, Budget>();

/** The budget of the request under way. Outside of one, as in a job, every operation has a budget of its own. */
export function currentBudget(): Budget {
  const request = currentRequest();
  if (!request) return newBudget();
  const known = budgets.get(request) ?? newBudget(request);
  budgets.set(request, known);
  return known;
}

function newBudget(request?: RequestContext): Budget {
  let msWaited = 0;
  let waits = 0;
  let waitsSince = 0;

  function spendMs(milliseconds: number): void {
    msWaited += milliseconds;
    if (request) request.databaseMilliseconds += milliseconds;
  }

  return {
    msLeft: () => {
      const thisWaitMs = waits > 0 ? performance.now() - waitsSince : 0;
      return Math.floor(databaseBudgetMs - msWaited - thisWaitMs);
    },
    spend: async (work) => {
      if (waits === 0) waitsSince = performance.now();
      waits += 1;
      try {
        return await work();
      } finally {
        waits -= 1;
        if (waits === 0) spendMs(performance.now() - waitsSince);
      }
    },
    spendMs,
  };
}
