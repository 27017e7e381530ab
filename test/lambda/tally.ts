/** Says and counts how checks went. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Runs a check, which fails by what it throws; what it returns is a figure to show. */
  check(what: string, run: () => unknown): Promise<void>;
}

export function createTally(): Tally {
  let passed = 0;
  let failed = 0;
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
        passed += 1;
        console.log(`  ok   ${what}${typeof figure === 'string' ? `: ${figure}` : ''}`);
      } catch (error) {
        failed += 1;
        console.log(`  FAIL ${what}\n${error instanceof Error ? error.stack : error}`);
      }
    },
  };
}
