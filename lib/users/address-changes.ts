import type { AddressChange, UserProfile } from '../store/records.ts';

/**
 * The changes of address that can be undone once the address is another one.
 *
 * @param undoMs so long the owner of a confirmed address can take back a change of it, in milliseconds.
 */
export function afterChange(user: UserProfile, newEmail: string, at: Date, undoMs: number): AddressChange[] {
  const { email, emailVerifiedAt, credentialsVersion, addressChanges } = user;
  const recent = addressChanges.filter((change) => at.getTime() - change.at.getTime() < undoMs);
  if (email === newEmail || emailVerifiedAt === null) return recent;
  return [...recent, { version: credentialsVersion + 1, email, at }];
}
