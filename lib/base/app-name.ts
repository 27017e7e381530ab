import { check, type Read } from './read-variables.ts';

/** Longest name, in characters: titles of pages, subjects of mails and lists of apps show it beside other words. */
const longest = 60;

const message = `what people know the service by: one line of at most ${longest} characters`;

/**
 * Reads what pages, mails, authenticator apps and passkey prompts call the service; unset, it is the host of
 * `PUBLIC_URL`.
 */
export const readAppName: Read<string> = (text, { present }) => {
  if (text === undefined) return hostOf(present.PUBLIC_URL?.trim() ?? 'http://localhost:3000');
  const name = text.trim();
  // A line break ends a field of a mail, and what turns the direction of text makes a name look like another.
  check(!/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(name), message);
  check(/[^\p{C}\p{Z}\p{M}\u115F\u1160\u2800\u3164\uFFA0]/u.test(name), message);
  check([...name].length <= longest, message);
  return name;
};

/** What is wrong with the address is told of `PUBLIC_URL`. */
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : '';
}
