import { createHash } from 'node:crypto';

/**
 * A counter's id: what it counts, and the SHA-256 of whom.
 *
 * So no address that somebody typed stands in the database. No secret goes in: it would have to outlive every
 * rotation, or a lock would end with it.
 */
export function counterId(subject: string, key: string): string {
  const hash = createHash('sha256').update(`session-auth limit\0${subject}\0${key}`).digest('base64url');
  return `${subject}:${hash}`;
}

/** The id of an account's failed sign-ins in a row; all that is counted about its sign-ins begins with it. */
export function accountId(emailKey: string): string {
  return counterId('account', emailKey);
}

/** The id of the wrong second factors on an account. */
export function factorId(userId: string): string {
  return counterId('second-factor', userId);
}

/** What the ids of guesses at a user's current password begin with. */
export function passwordId(userId: string): string {
  return counterId('password', userId);
}
