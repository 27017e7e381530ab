/** Says and counts how checks went. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Runs a check, which fails by what it throws; what it returns is a figure to show. */
  check(what: string, run: () => unknown): Promise<void>;
  /** Counts what is known already; `otherwise` is shown where it is not true. */
  is(what: string, isTrue: boolean, otherwise?: unknown): void;
}

export function createTally(): Tally {
  let passed = 0;
  let failed = 0;
  function passes(what: string): void {
    passed += 1;
    console.log(`  ok   ${what}`);
  }
  function fails(what: string, why: unknown): void {
    failed += 1;
    console.log(`  FAIL ${what}`);
    if (why !== undefined) console.log(why instanceof Error ? why.stack : why);
  }
  return {
    get passed() {
      return passed;
    },
    get failed() {
      return failed;
    },
    check: async (what, run) => {
      try {
        const figure = await run();
        passes(typeof figure === 'string' ? `${what}: ${figure}` : what);
      } catch (error) {
        fails(what, error);
      }
    },
    is: (what, isTrue, otherwise) => {
      if (isTrue) passes(what);
      else fails(what, otherwise);
    },
  };
}
