import { domainToASCII } from 'node:url';
import { domainName } from './domain-name.ts';

/** An atom of RFC 5322, section 3.2.3. */
const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const localPart = new RegExp(`^${atom}(\\.${atom})*$`);
const plainName = new RegExp(`^${atom}( ${atom})*$`);

/** Longest sender that SES takes, in characters. */
const longest = 320;

/** Most bytes of UTF-8 whose encoded word has no more than 75 characters (RFC 2047, section 2). */
const bytesOfWord = 45;

/**
 * Reads exactly one mailbox, `address` or `Name <address>`, and gives it as a header field takes it (RFC 5322): a
 * name of special characters quoted, one that is not ASCII encoded (RFC 2047), the domain in ASCII.
 *
 * @returns undefined for anything else: no address, several, a group, a comment, a line break.
 */
export function readSender(text: string): string | undefined {
  // What is spaced here and there reads as one space; no other control character is a space.
  const given = text.trim();
  if (/\p{Cc}|[\u2028\u2029]/u.test(given)) return undefined;
  const [, written, bracketed] = /^([^<>]*)<([^<>]*)>$/.exec(given) ?? [];
  const address = toAscii(bracketed === undefined ? given : bracketed.trim());
  const name = readName(written?.trim() ?? '');
  if (address === undefined || name === undefined) return undefined;
  const sender = name === '' ? address : `${formatName(name)} <${address}>`;
  return sender.length <= longest ? sender : undefined;
}

/** The name and address that {@link readSender} has made one text of; the name is empty where there is none. */
export function plainSender(sender: string): { name: string; address: string } {
  const [, written = '', address = sender] = /^(.*) <([^<>]*)>$/.exec(sender) ?? [];
  const isEncoded = /^=\?utf-8\?B\?/i.test(written);
  if (!isEncoded) return { name: readName(written) ?? '', address };
  const words = [...written.matchAll(/=\?utf-8\?B\?([^?]*)\?=/gi)];
  return { name: words.map(([, word = '']) => Buffer.from(word, 'base64').toString()).join(''), address };
}

function toAscii(address: string): string | undefined {
  const [, local = '', domain = ''] = /^([^@]+)@([^@]+)$/.exec(address) ?? [];
  const isAscii = /^[ -~]*$/.test(domain);
  const ascii = isAscii ? domain : domainToASCII(domain);
  const fits = local.length <= 64 && ascii.length <= 253 && local.length + ascii.length < 254;
  return fits && localPart.test(local) && domainName.test(ascii) ? `${local}@${ascii}` : undefined;
}

/** The name without its quotes. None has an at sign: it would look like another address than the sender's. */
function readName(written: string): string | undefined {
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(written) ?? [];
  const name = (quoted === undefined ? written : quoted.replace(/\\(.)/g, '$1')).replace(/\s+/g, ' ').trim();
  const isPlain = quoted !== undefined || !/["\\()]/.test(written);
  return isPlain && !name.includes('@') ? name : undefined;
}

function formatName(name: string): string {
  if (plainName.test(name)) return name;
  if (/^[ -~]*$/.test(name)) return `"${name.replace(/["\\]/g, '\\$&')}"`;
  return encodedWords(name).join(' ');
}

/** A name in words of at most 75 characters, none of which ends within a character. */
function encodedWords(name: string): string[] {
  const words: string[] = [''];
  for (const character of name) {
    const longer = words.at(-1) + character;
    if (Buffer.byteLength(longer) <= bytesOfWord) words[words.length - 1] = longer;
    else words.push(character);
  }
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`);
}
