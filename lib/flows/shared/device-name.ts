import Bowser from 'bowser';

/** Longest name that is shown, in characters. */
const nameLength = 80;

/**
 * A User-Agent as people read it, such as "Firefox 128 on Windows"; one that is of no known browser as it was sent.
 *
 * @returns null where none was sent.
 */
export function deviceName(userAgent: string | null): string | null {
  if (!userAgent) return null;
  const { browser, os } = Bowser.parse(userAgent);
  const version = browser.version?.split('.')[0];
  const name = [browser.name, browser.name ? version : undefined].filter(Boolean).join(' ');
  if (name && os.name) return `${name} on ${os.name}`;
  return name || os.name || userAgent.slice(0, nameLength);
}
