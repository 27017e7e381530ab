import { MongoOperationTimeoutError } from 'mongodb';

/** So many operations at a time; the others wait for their turn, first come, first served. */
export interface Turns {
  /**
   * Resolves when it is one's turn; call `done` after.
   *
   * @param msLeft how long to wait still, in milliseconds; asked every {@link checkEveryMs}.
   * @throws {MongoOperationTimeoutError} where nothing is left before it is one's turn.
   */
  take(msLeft: () => number): Promise<void>;
  done(): void;
  /** True where one would have to wait. */
  areTaken(): boolean;
}

/** One timer looks after all who wait: under load one for each would cost more than the waiting. */
const checkEveryMs = 50;

interface Waiting {
  readonly msLeft: () => number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export function createTurns(size: number): Turns {
  let free = size;
  const waiting = new Set<Waiting>();
  let timer: NodeJS.Timeout | undefined;

  function check(): void {
    timer = undefined;
    for (const each of waiting) {
      if (each.msLeft() > 0) continue;
      waiting.delete(each);
      each.reject(new MongoOperationTimeoutError('every connection is taken'));
    }
    watch();
  }

  function watch(): void {
    if (waiting.size > 0 && !timer) timer = setTimeout(check, checkEveryMs);
  }

  return {
    take: async (msLeft) => {
      if (free === 0) {
        return new Promise((resolve, reject) => {
          waiting.add({ msLeft, resolve, reject });
          watch();
        });
      }
      free -= 1;
    },
    done: () => {
      const [next] = waiting;
      if (!next) free += 1;
      else {
        waiting.delete(next);
        next.resolve();
      }
    },
    areTaken: () => free === 0,
  };
}
