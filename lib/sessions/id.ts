import { hash, randomBytes } from 'node:crypto';

/** A new session id: 256 random bits, base64url. It exists in the cookie only (OWASP ASVS 7.2.3). */
export function newSessionId(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What the database and the API call the session: the SHA-256 of its id, base64url.
 *
 * It is no credential: nobody gets back from it to the id that the cookie carries.
 */
export function storageId(sessionId: string): string {
  return hash('sha256', sessionId, 'base64url');
}
