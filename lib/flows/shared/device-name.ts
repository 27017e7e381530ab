import Bowser from 'bowser';
import { type Language, languages } from '../../base/language.ts';
import { deviceTexts } from './texts/texts.ts';

/** Longest name that is shown, in characters. */
const nameLength = 80;

/**
 * A User-Agent as people read it, such as "Firefox 128 on Windows"; one that is of no known browser as it was sent.
 *
 * @returns null where none was sent.
 */
export function deviceName(userAgent: string | null, language: Language = languages[0]): string | null {
  if (!userAgent) return null;
  const { browser, os } = Bowser.parse(userAgent);
  const version = browser.version?.split('.')[0];
  const name = [browser.name, browser.name ? version : undefined].filter(Boolean).join(' ');
  if (name && os.name) return deviceTexts[language](name, os.name);
  return name || os.name || userAgent.slice(0, nameLength);
}
