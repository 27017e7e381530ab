import { randomBytes } from 'node:crypto';
import type { UserRecords } from '../../../lib/store/contract.ts';
import type { NewUserRecord, UserRecord } from '../../../lib/store/records.ts';

/** Of a day that has not come: what is over a database with a clock of its own removes, in the middle of a test. */
export const noon = new Date('2126-05-01T12:00:00.000Z');
export const later = (seconds: number) => new Date(noon.getTime() + seconds * 1000);
export const randomId = () => randomBytes(32).toString('base64url');

/** What somebody who signs up tells, with an address that nobody else has. */
export function newUserRecord(fields: Partial<NewUserRecord> = {}): NewUserRecord {
  const email = fields.email ?? `Ada.${randomBytes(6).toString('hex')}@mail.test`;
  return {
    email,
    emailKey: email.toLowerCase(),
    name: 'Ada',
    nameKey: 'ada',
    language: null,
    roles: [],
    emailVerifiedAt: null,
    createdAt: noon,
    credentials: { password: 'hash:1' },
    ...fields,
  };
}

/** A user that is there. */
export async function addUser(users: UserRecords, fields: Partial<NewUserRecord> = {}): Promise<UserRecord> {
  const id = await users.takeSeat(noon);
  await users.fillSeat(id, newUserRecord(fields));
  const user = await users.find(id);
  if (!user) throw new Error('the user is not there');
  return user;
}

/** Takes a user out, as leaving does. */
export async function removeUser(users: UserRecords, id: string): Promise<void> {
  const by = randomId();
  await users.takeLock(id, {}, { by, at: later(1e6), until: later(1e6 + 15) });
  if (!(await users.removeUnderLock(id, by))) throw new Error('the user is still there');
}
