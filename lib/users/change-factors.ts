import type { UserRecords } from '../store/contract.ts';
import type { Factors, UserRecord } from '../store/records.ts';
import { factorsOf, following } from './factors.ts';

/** What comes of a look at what a user can show: a change of it, and what to say once that is made. */
export interface Decided<T> {
  /** Identities change only under the lock: another user may have one. */
  readonly to: Partial<Omit<Factors, 'identities'>> & { readonly identities?: never };
  readonly result: T;
}

/** How often a change is tried again that another one has overtaken. */
const tries = 5;

/** Changes of what users can show that are no change of their credentials, such as that something was used. */
export function createFactorsChange(records: UserRecords) {
  /** Changes what is kept as `decide` says, again where it has changed meanwhile; null where `decide` says so. */
  return async function change<T>(
    userId: string,
    decide: (factors: Factors, user: UserRecord) => Promise<Decided<T> | null>,
  ): Promise<T | null> {
    for (let time = 0; time < tries; time += 1) {
      const found = await records.find(userId);
      if (!found) return null;
      const factors = factorsOf(found.credentials);
      const decided = await decide(factors, found);
      if (!decided) return null;
      const to = following(factors, decided.to);
      if (await records.changeFactors(userId, { from: factors.revision, to })) return decided.result;
    }
    return null;
  };
}
