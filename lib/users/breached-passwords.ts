import { createHash } from 'node:crypto';
import { errorFields, type Log } from '../base/log.ts';

/** The answer is waited for no longer than this. */
const limitMs = 1000;

/** Tells whether a password is among those that breaches made known. */
export type IsBreached = (password: string) => Promise<boolean>;

/**
 * Asks a range API of breached passwords, such as Have I Been Pwned's.
 *
 * Only five of the forty hex digits of the password's SHA-1 leave (k-anonymity), and the answer is padded, so that
 * not even its length tells which range it was. Where the API does not answer in time, the password passes and the
 * log says so: nobody is kept from signing up by another's outage.
 *
 * @param baseUrl the five digits are appended to it.
 */
export function createIsBreached({ baseUrl, log }: { baseUrl: string; log: Log }): IsBreached {
  return async (password) => {
    const sha1 = createHash('sha1').update(password.normalize('NFC'), 'utf8').digest('hex').toUpperCase();
    try {
      const response = await fetch(baseUrl + sha1.slice(0, 5), {
        headers: { 'Add-Padding': 'true', 'User-Agent': 'session-auth' },
        redirect: 'error',
        signal: AbortSignal.timeout(limitMs),
      });
      if (!response.ok) throw new Error(`the range API answered ${response.status}`);
      return hasSuffix(await response.text(), sha1.slice(5));
    } catch (error) {
      log.warn('breached-password check failed: the password was let through', errorFields(error));
      return false;
    }
  };
}

/** True where the range names the suffix with a count; padding has the count 0. */
function hasSuffix(range: string, suffix: string): boolean {
  return range.split('\n').some((line) => {
    const [candidate, count] = line.trim().split(':');
    return candidate?.toUpperCase() === suffix && Number(count) > 0;
  });
}
