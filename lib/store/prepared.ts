import { HintedError } from '../base/hinted-error.ts';
import { Problem } from '../base/problem.ts';
import type { Store } from './contract.ts';

/** Whether the database has what `npm run db:prepare` makes; nothing here makes any of it. */
export interface Prepared {
  /** Looks for all of it. @throws {Problem} 503 `not_prepared` where something is missing or another than ours. */
  requireAll(): Promise<void>;
  /**
   * Looks for what keeps addresses unique, until an instance has found it once: without it two sign-ups of one
   * address make two accounts.
   *
   * @throws {Problem} 503 `not_prepared`.
   */
  requireUnique(): Promise<void>;
}

const hint = 'npm run db:prepare makes what is missing, with the variables of the store';

/** What is missing; its code names it, since a log shows no message. */
class MissingIndexesError extends HintedError {
  override readonly name = 'MissingIndexesError';
  readonly code: string;

  constructor(missing: readonly string[]) {
    super('something is missing', hint);
    this.code = missing.join(' ');
  }
}

export function createPrepared({ store }: { store: Pick<Store, 'missing'> }): Prepared {
  let isUnique = false;

  async function require(which: 'all' | 'unique'): Promise<void> {
    const missing = await store.missing(which);
    if (missing.length > 0) throw notPrepared(new MissingIndexesError(missing));
  }

  return {
    requireAll: () => require('all'),
    requireUnique: async () => {
      if (isUnique) return;
      await require('unique');
      isUnique = true;
    },
  };
}

/** What is asked needs what `npm run db:prepare` makes. */
export function notPrepared(cause: unknown): Problem {
  return new Problem('not_prepared', 'The service is being set up. Try again in a minute.', {
    cause: cause instanceof HintedError ? cause : new HintedError('something is missing', hint, { cause }),
    headers: { 'Retry-After': '60' },
  });
}
