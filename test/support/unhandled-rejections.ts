/** Rejections that nobody handled: each would have ended a process. */
export interface UnhandledRejections {
  readonly errors: readonly unknown[];
  /** From here on the test runner hears of them again. */
  end(): Promise<void>;
}

/** Takes the rejections that nobody handles in place of the test runner, which fails where there is one. */
export function takeUnhandledRejections(): UnhandledRejections {
  const errors: unknown[] = [];
  const others = process.rawListeners('unhandledRejection') as NodeJS.UnhandledRejectionListener[];
  const take = (error: unknown) => void errors.push(error);
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', take);
  return {
    errors,
    end: async () => {
      process.off('unhandledRejection', take);
      for (const listener of others) process.on('unhandledRejection', listener);
    },
  };
}
