import { domainToASCII } from 'node:url';

/** Most characters of an address (RFC 5321, 4.5.3.1.3, without the brackets of a path). */
export const longestAddress = 254;

const local = "[a-zA-Z0-9.!#$%&'*+\\/=?^_`{|}~\\-]+";
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])?';

/** What a browser's `<input type=email>` lets through (WHATWG HTML, "valid e-mail address"). */
const asciiAddress = new RegExp(`^${local}@${label}(?:\\.${label})*$`);

/** Letters that always convert, in any order: Latin, Greek, Cyrillic, Georgian, kana, Han, Hangul. */
const letters =
  '[a-zA-Z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u0148\u03AC-\u03CE\u0410-\u045F\u10D0-\u10F0\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FA5\uAC00-\uD7A3]{1,10}';

/**
 * Addresses as JSON Schema says them, for JavaScript's flag `u`: all that are ASCII, and those in other scripts that
 * are sure to convert. {@link toMailAddress} takes longer and rarer domains too, which no pattern can tell.
 */
export const addressPattern = `^[\\t\\n\\f\\r ]*${local}@(?:${label}(?:\\.${label})*|${letters}(?:\\.${letters}){1,2})[\\t\\n\\f\\r ]*$`;

/**
 * The address that mail is sent to: without white space around it and with its domain in ASCII, as a browser's
 * `<input type=email>` makes it; otherwise as typed.
 *
 * @returns null where it is no address, or has more than 254 characters.
 */
export function toMailAddress(text: string): string | null {
  // Before anything looks at it twice.
  if (text.length > longestAddress) return null;
  const typed = text.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '');
  const at = typed.lastIndexOf('@') + 1;
  const address = typed.slice(0, at) + toAsciiDomain(typed.slice(at));
  return address.length <= longestAddress && asciiAddress.test(address) ? address : null;
}

/** IDNA by UTS #46, as browsers do it; what cannot be converted stays, and is no address then. */
function toAsciiDomain(domain: string): string {
  // Of ASCII only what stands in host names: Node reads an address of the web, which may go on with others.
  const mayConvert =
    /[\u0080-\u{10FFFF}]/u.test(domain) && /^[a-zA-Z0-9.\-\u0080-\u{10FFFF}]+$/u.test(domain);
  if (!mayConvert) return domain;
  const ascii = domainToASCII(domain);
  // Digits of other scripts would make an IP address.
  return ascii === '' || /(^|\.)\d+$/.test(ascii) ? domain : ascii;
}

/** The form in which e-mail addresses are compared: the one that mail is sent to, in lower case. */
export function emailKey(email: string): string {
  return (toMailAddress(email) ?? email.normalize('NFC')).toLowerCase();
}

/**
 * An address as mail protocols take it: the local part in quotes where its dots are those of old carriers, such as
 * `ab..cd@` (RFC 5321, 4.1.2: no Dot-string, but a Quoted-string).
 */
export function toMailbox(address: string): string {
  const at = address.lastIndexOf('@');
  const isDotString = !/^\.|\.\.|\.@/.test(address);
  return isDotString ? address : `"${address.slice(0, at)}"${address.slice(at)}`;
}
