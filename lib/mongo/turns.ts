import { MongoOperationTimeoutError } from 'mongodb';

/** So many operations at a time; the others wait for their turn, first come, first served. */
export interface Turns {
  /**
   * Resolves when it is one's turn; call `done` after.
   *
   * @param msLeft how long to wait still, in milliseconds; asked again when that is over.
   * @throws {MongoOperationTimeoutError} where nothing is left before it is one's turn.
   */
  take(msLeft: () => number): Promise<void>;
  done(): void;
}

export function createTurns(size: number): Turns {
  let free = size;
  const waiting = new Set<() => void>();

  function wait(msLeft: () => number): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer = setTimeout(check, msLeft());
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      waiting.add(go);

      function check(): void {
        const left = msLeft();
        if (left > 0) {
          timer = setTimeout(check, left);
          return;
        }
        waiting.delete(go);
        reject(new MongoOperationTimeoutError('every connection is taken'));
      }
    });
  }

  return {
    take: async (msLeft) => {
      if (free === 0) return wait(msLeft);
      free -= 1;
    },
    done: () => {
      const [next] = waiting;
      if (!next) free += 1;
      else {
        waiting.delete(next);
        next();
      }
    },
  };
}
