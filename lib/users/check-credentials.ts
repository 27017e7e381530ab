import type { Passwords } from './passwords.ts';
import type { Users } from './repository.ts';
import type { Credentials, User } from './user.ts';

/** What a check of address and password has found. */
export interface CredentialsCheck {
  /** Null where they are wrong, or whose they are may not enter. */
  credentials: Credentials | null;
  /** Whose address it is, for that user's activity alone; null where it is nobody's. */
  userId: string | null;
}

interface CredentialsCheckOptions {
  users: Users;
  passwords: Passwords;
  /** Whether somebody may enter at all; who may not is told what a wrong password is told, in the same time. */
  mayEnter: (user: User) => boolean;
}

/**
 * The user whose address and password these are, if they are right; in the same time for unknown addresses.
 *
 * A hash of another cost or pepper than today's is replaced on the way (OWASP Password Storage Cheat Sheet,
 * "upgrading the work factor").
 */
export async function checkCredentials(
  { users, passwords, mayEnter }: CredentialsCheckOptions,
  email: string,
  password: string,
): Promise<CredentialsCheck> {
  const credentials = await users.findCredentialsByEmail(email);
  const userId = credentials?.user.id ?? null;
  if (!credentials || !mayEnter(credentials.user)) {
    await passwords.verifyNothing(password);
    return { credentials: null, userId };
  }
  const { matches, outdated } = await passwords.verify(password, credentials.passwordHash);
  if (!matches) return { credentials: null, userId };
  const { user, passwordHash } = credentials;
  if (outdated && passwordHash !== undefined)
    await users.replaceHash(user.id, passwordHash, await passwords.hash(password));
  return { credentials, userId };
}
