import type { Passwords } from './passwords.ts';
import type { Users } from './repository.ts';
import type { Credentials } from './user.ts';

/** What a check of address and password has found. */
export interface CredentialsCheck {
  /** Null where they are wrong. */
  credentials: Credentials | null;
  /** Whose address it is, for that user's activity alone; null where it is nobody's. */
  userId: string | null;
}

/**
 * The user whose address and password these are, if they are right; in the same time for unknown addresses.
 *
 * A hash of another cost or pepper than today's is replaced on the way (OWASP Password Storage Cheat Sheet,
 * "upgrading the work factor").
 */
export async function checkCredentials(
  { users, passwords }: { users: Users; passwords: Passwords },
  email: string,
  password: string,
): Promise<CredentialsCheck> {
  const credentials = await users.findCredentialsByEmail(email);
  if (!credentials) {
    await passwords.verifyNothing(password);
    return { credentials: null, userId: null };
  }
  const { matches, outdated } = await passwords.verify(password, credentials.passwordHash);
  const userId = credentials.user.id;
  if (!matches) return { credentials: null, userId };
  if (outdated) {
    const { user, passwordHash } = credentials;
    await users.replaceHash(user.id, passwordHash, await passwords.hash(password));
  }
  return { credentials, userId };
}
