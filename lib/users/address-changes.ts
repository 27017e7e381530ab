import type { AddressChange, UserProfile } from '../store/records.ts';

/** So long the owner of a confirmed address can take back a change of it. */
const undoMs = 72 * 60 * 60 * 1000;

/** The changes of address that can be undone once the address is another one. */
export function afterChange(user: UserProfile, newEmail: string, at: Date): AddressChange[] {
  const { email, emailVerifiedAt, credentialsVersion, addressChanges } = user;
  const recent = addressChanges.filter((change) => at.getTime() - change.at.getTime() < undoMs);
  if (email === newEmail || emailVerifiedAt === null) return recent;
  return [...recent, { version: credentialsVersion + 1, email, at }];
}
