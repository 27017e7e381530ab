import type { Passwords } from './passwords.ts';
import type { Users } from './repository.ts';
import type { Credentials } from './user.ts';

/**
 * The user whose address and password these are, or null; in the same time for unknown addresses.
 *
 * A hash of another cost or pepper than today's is replaced on the way (OWASP Password Storage Cheat Sheet,
 * "upgrading the work factor").
 */
export async function checkCredentials(
  { users, passwords }: { users: Users; passwords: Passwords },
  email: string,
  password: string,
): Promise<Credentials | null> {
  const credentials = await users.findCredentialsByEmail(email);
  if (!credentials) {
    await passwords.verifyNothing(password);
    return null;
  }
  const { matches, outdated } = await passwords.verify(password, credentials.passwordHash);
  if (!matches) return null;
  if (outdated) {
    const { user, passwordHash } = credentials;
    await users.replaceHash(user.id, passwordHash, await passwords.hash(password));
  }
  return credentials;
}
