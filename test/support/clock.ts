/** A clock that stands still unless told otherwise. */
export interface TestClock {
  now: () => Date;
  /** Lets seconds pass. */
  pass(seconds: number): void;
}

/** Starts now, or at `start`. */
export function testClock(start = new Date()): TestClock {
  let at = start.getTime();
  return {
    now: () => new Date(at),
    pass: (seconds) => {
      at += seconds * 1000;
    },
  };
}
