import { commonPasswords } from './common-passwords.ts';

/** Words that say who somebody is or what this is: no secret, whoever guesses. */
export interface PasswordContext {
  /** Lower case, NFC. */
  words: readonly string[];
}

/** Shortest word of the context that is looked for, and longest remainder that adds nothing, in characters. */
const leastWord = 3;
const mostPadding = 4;

/**
 * Why a password is too easy to guess, as the end of a sentence that begins "The password"; undefined where it is
 * not. Compared in NFC and lower case; there are no rules of composition (NIST SP 800-63B-4, 3.1.1.2).
 *
 * A word is refused where it is all that there is, or with little beside it: "dragon12345", "AdaLovelace2024!". In
 * a longer phrase it may stand.
 */
export function weaknessOf(password: string, { words }: PasswordContext): string | undefined {
  const text = password.normalize('NFC').toLowerCase();
  if (commonPasswords().has(text)) return 'is one of the most common ones';
  if (addsNothing(text)) return 'is little more than a repetition or a sequence';
  if (isPaddedCommonPassword(text)) return 'is a common one with little added';
  if (isMadeOf(text, words))
    return 'is little more than your name, your e-mail address or the name of this service';
  return undefined;
}

/** Lower-case words of some text: all of it, and its parts between what is no letter or digit. */
export function wordsOf(text: string): string[] {
  const whole = text.normalize('NFC').toLowerCase();
  return [whole, ...whole.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length >= leastWord);
}

/** A common password between runs of digits and signs that add nothing. */
function isPaddedCommonPassword(text: string): boolean {
  const [, before = '', core = '', after = ''] = /^(\P{L}*)(.*?)(\P{L}*)$/su.exec(text) ?? [];
  if (core === '' || !addsNothing(before) || !addsNothing(after)) return false;
  return commonPasswords().has(core) || commonPasswords().has(repeatedUnit(core));
}

/** Words of the context, and at most a common password or next to nothing else. */
function isMadeOf(text: string, words: readonly string[]): boolean {
  const longestFirst = [...new Set(words)].sort((a, b) => b.length - a.length);
  const rest = longestFirst.reduce((left, word) => left.replaceAll(word, ' '), text);
  const remainder = rest.replace(/[^\p{L}\p{N}]/gu, '');
  return rest !== text && (addsNothing(remainder) || commonPasswords().has(remainder));
}

/** Too short to matter, a sequence, or some such thing again and again. */
function addsNothing(text: string): boolean {
  const unit = repeatedUnit(text);
  return unit.length <= mostPadding || isSequence(unit) || (unit !== text && commonPasswords().has(unit));
}

/** The shortest text whose repetition, the last time perhaps cut short, is this one; itself where there is none. */
function repeatedUnit(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1)
    if (text.slice(length) === text.slice(0, -length)) return text.slice(0, length);
  return text;
}

/** Up or down the alphabet or the digits, with 0 after 9: "abcdef", "7890123", "9876". */
function isSequence(text: string): boolean {
  const turn = /^\d+$/.test(text) ? 10 : 0x110000;
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, at) => (code - (codes[at] ?? 0) + turn) % turn);
  return steps.every((step) => step === 1) || steps.every((step) => step === turn - 1);
}
