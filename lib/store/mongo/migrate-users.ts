import type { AnyBulkWriteOperation, Db } from 'mongodb';
import { collections } from './collections.ts';
import type { UserDocument } from './user-document.ts';

/** Users that one command changes, so that none takes long, however many there are. */
const atOnce = 1000;

type OldUser = UserDocument & { passwordHash?: string; revision?: number };

/**
 * Gives users of the old form the new one: the hash moves below `credentials`, and the count goes that is not kept any
 * more. Safe to repeat and to stop; what is not moved yet is read as it is.
 *
 * @returns how many it has changed.
 */
export async function migrateUsers(db: Db): Promise<number> {
  const users = db.collection<OldUser>(collections.users);
  const isOld = { $or: [{ passwordHash: { $exists: true } }, { revision: { $exists: true } }] };
  const projection = { passwordHash: 1 } as const;
  let migrated = 0;
  let changes: AnyBulkWriteOperation<OldUser>[] = [];
  const change = async () => {
    if (changes.length > 0) migrated += (await users.bulkWrite(changes, { ordered: false })).modifiedCount;
    changes = [];
  };
  for await (const user of users.find(isOld, { projection })) {
    changes.push({ updateOne: migrationOf(user) });
    if (changes.length === atOnce) await change();
  }
  await change();
  return migrated;
}

/** Only while the hash is the one that was read: who sets another meanwhile has moved it. */
function migrationOf({ _id, passwordHash }: Pick<OldUser, '_id' | 'passwordHash'>) {
  if (passwordHash === undefined) return { filter: { _id }, update: { $unset: { revision: '' } } } as const;
  const update = {
    $set: { 'credentials.password': passwordHash },
    $unset: { passwordHash: '', revision: '' },
  } as const;
  return { filter: { _id, passwordHash }, update };
}
