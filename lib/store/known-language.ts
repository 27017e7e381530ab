import { isLanguage, type Language } from '../base/language.ts';

/** A language as it is stored; null where there is none, or none that this release has: a later one may have more. */
export function knownLanguage(stored: unknown): Language | null {
  return isLanguage(stored) ? stored : null;
}
