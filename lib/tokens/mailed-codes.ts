import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto';

/**
 * Codes that are short enough to be typed, and good in one browser alone.
 *
 * The browser has the tie. Whoever makes the code has its lock, by which no code can be shown. The database has
 * neither, so that nobody who reads it can try out all codes.
 */

/** Ties codes to the browser that has it: 256 random bits (OWASP ASVS 6.6.2). */
export function newTie(): string {
  return randomBytes(32).toString('base64url');
}

/** What a code is made for, of a tie that it does not give away. */
export function lockOf(tie: string): string {
  return sha256('session-auth code lock', tie);
}

/** What tells locks apart where they must not stand. */
export function nameOf(lock: string): string {
  return sha256('session-auth code lock name', lock);
}

/** Eight random digits (OWASP ASVS 6.5.3, 6.5.4). */
export function newCode(): string {
  return String(randomInt(100_000_000)).padStart(8, '0');
}

/** The one-time token that a code is for who has the tie. */
export function tokenOf(lock: string, code: string): string {
  return createHmac('sha256', lock).update(code).digest('base64url');
}

function sha256(...about: readonly string[]): string {
  return createHash('sha256').update(about.join('\0')).digest('base64url');
}
