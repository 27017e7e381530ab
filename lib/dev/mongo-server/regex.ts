import type { BSONRegExp } from 'bson';
import { fail, refuse } from './errors.ts';

/**
 * The pieces of a pattern that mean the same to MongoDB (PCRE) and to JavaScript, beside `.` and `$`: letters and
 * signs, escaped signs, \d, classes of letters, digits and signs, groups, alternation, counts.
 */
const same =
  /[^\\^$.|?*+()[\]{}]|\\[\\^$.|?*+()[\]{}/]|\\d|\[\^?(?:[\w@%,:; .+]|\\[-\\\]^.]|[a-z0-9]-[a-z0-9])+\]|\((?:\?[:=!]|(?!\?))|[)|]|(?:[*+?]|\{\d+(?:,\d*)?\})\??/iy;

/** Makes JavaScript's pattern of MongoDB's. What the two could take differently is written out or refused. */
export function compileRegex({ pattern, options }: BSONRegExp): RegExp {
  for (const option of options) {
    if (!'imsxu'.includes(option)) fail(51108, `invalid flag in regex options: ${option}`);
    if (option === 'x') refuse('the regular expression option x');
  }
  // Beyond ASCII the two fold case by different tables.
  if (options.includes('i') && /[^\0-\x7f]/.test(pattern)) refuse('case folding beyond ASCII');
  const source = translate(pattern, options.includes('m'), options.includes('s'));
  try {
    return new RegExp(source, options.includes('i') ? 'iu' : 'u');
  } catch (error) {
    return refuse(`the regular expression /${pattern}/ (${(error as Error).message})`);
  }
}

function translate(pattern: string, lines: boolean, dotAll: boolean): string {
  let result = '';
  for (let at = 0; at < pattern.length; ) {
    const char = pattern[at] ?? '';
    same.lastIndex = at;
    const piece = same.exec(pattern)?.[0];
    if (piece) result += piece;
    else if (char === '.') result += dotAll ? '[^]' : '[^\\n]';
    else if (char === '^') result += lines ? '(?<![^\\n])' : '(?<![^])';
    // PCRE's $ also stands before a last newline.
    else if (char === '$') result += lines ? '(?=\\n|(?![^]))' : '(?=\\n?(?![^]))';
    else refuse(`the regular expression /${pattern}/ (from its character ${at + 1})`);
    at += piece?.length ?? 1;
  }
  return result;
}
