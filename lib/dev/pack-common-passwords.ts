import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { runIfMain, UsageError } from './command.ts';

/** So many of each least length: the floor of PASSWORD_MIN_LENGTH, and its default. */
const commonest = 3000;
const leastLengths = [8, 15];

/** Shorter ones, which nobody may choose, but which many pad: "dragon" for "dragon123456789". */
const shortWords = 1000;
const shortLengths = { least: 4, most: 7 };

/**
 * The passwords worth keeping of a list that begins with the commonest: NFC, lower case, each once, sorted.
 */
export function selectCommonPasswords(lines: readonly string[]): string[] {
  const all = [...new Set(lines.map((line) => line.trim().normalize('NFC').toLowerCase()))];
  const lengthOf = (password: string) => [...password].length;
  const ofLength = (least: number, most = Number.POSITIVE_INFINITY) =>
    all.filter((password) => lengthOf(password) >= least && lengthOf(password) <= most);
  const chosen = leastLengths.flatMap((least) => ofLength(least).slice(0, commonest));
  const words = ofLength(shortLengths.least, shortLengths.most).slice(0, shortWords);
  return [...new Set([...chosen, ...words])].sort();
}

/** The text of `lib/users/common-passwords.ts` with another list packed into it. */
export function packCommonPasswords(source: string, passwords: readonly string[]): string {
  const packed = brotliCompressSync(passwords.join('\n')).toString('base64');
  return source.replace(/(const packed =\s+)'[^']*'/, `$1'${packed}'`);
}

/** Makes the kept list anew: `node --import tsx lib/dev/pack-common-passwords.ts LIST`, a text file, commonest first. */
function packList(list: string | undefined): void {
  if (list === undefined) throw new UsageError('name a text file of passwords, one a line, commonest first');
  const file = join(import.meta.dirname, '../users/common-passwords.ts');
  const passwords = selectCommonPasswords(readFileSync(list, 'utf8').split('\n'));
  writeFileSync(file, packCommonPasswords(readFileSync(file, 'utf8'), passwords));
  console.log(`${passwords.length} passwords kept in lib/users/common-passwords.ts`);
}

runIfMain(import.meta.url, async () => packList(process.argv[2]));
