import { randomBytes, randomInt, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { RecoveryCodeRecord } from '../store/credential-records.ts';
import type { Credentials } from './user.ts';

/** RFC 4648: no 0, 1, 8 or 9, which are taken for letters. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const length = 16;

/** So many are made at once. */
const recoveryCodeCount = 10;

/** Of scrypt: some 10 ms a code. Nobody tries out 80 random bits at that. */
const cost = 4096;

const scryptOf = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const derive = (code: string, salt: Buffer) => scryptOf(bareForm(code), salt, 32, { cost });

/** New ones of 80 random bits, as their user is told and as they are kept: hashed by scrypt with one salt (ASVS 6.5.2). */
export async function makeRecoveryCodes(): Promise<{ codes: string[]; records: RecoveryCodeRecord[] }> {
  const salt = randomBytes(16);
  const codes = Array.from({ length: recoveryCodeCount }, newCode);
  const hashes = await Promise.all(codes.map((code) => derive(code, salt)));
  const records = hashes.map((hash) => ({
    salt: salt.toString('base64url'),
    hash: hash.toString('base64url'),
  }));
  return { codes, records };
}

/** The same for somebody who gets another factor, and has codes unless there was no factor before. */
export async function firstRecoveryCodes({ secondFactors }: Pick<Credentials, 'secondFactors'>) {
  return secondFactors.includes('recovery_code') ? { codes: [], records: [] } : makeRecoveryCodes();
}

/** Those that are left once a code has been used; null where it is none of them. A salt costs one hash. */
export async function withoutCode(
  records: readonly RecoveryCodeRecord[],
  code: string,
): Promise<RecoveryCodeRecord[] | null> {
  for (const salt of new Set(records.map((each) => each.salt))) {
    const hash = await derive(code, Buffer.from(salt, 'base64url'));
    const isIt = (each: RecoveryCodeRecord) =>
      each.salt === salt && timingSafeEqual(Buffer.from(each.hash, 'base64url'), hash);
    if (records.some(isIt)) return records.filter((each) => !isIt(each));
  }
  return null;
}

function newCode(): string {
  const letters = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
  return letters.match(/.{4}/g)?.join('-') ?? letters;
}

/** As people type it: in any case, with or without the hyphens. */
function bareForm(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '');
}
