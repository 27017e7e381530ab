import { randomBytes, randomInt } from 'node:crypto';

const ofThisInstance = randomBytes(5).toString('hex');
let count = randomInt(0x1000000);

/** 24 hex digits, later ones greater within one instance: seconds, what is this instance's own, and a count. */
export function newRecordId(): string {
  count = (count + 1) % 0x1000000;
  const seconds = Math.floor(Date.now() / 1000);
  return seconds.toString(16).padStart(8, '0') + ofThisInstance + count.toString(16).padStart(6, '0');
}
