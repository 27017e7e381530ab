import type { AnyBulkWriteOperation, Db } from 'mongodb';
import { nameKeyOf } from '../name-key.ts';
import { collections } from './collections.ts';
import type { UserDocument } from './user-document.ts';

/** Users that one command changes, so that none takes long, however many there are. */
const atOnce = 1000;

type OldUser = UserDocument & { passwordHash?: string; revision?: number };

/**
 * Gives users of older forms the present one: the hash moves below `credentials`, the count goes that is not kept any
 * more, and names get the form in which they are searched. Safe to repeat and to stop; what is not moved yet is read as
 * it is.
 *
 * @returns how many it has changed.
 */
export async function migrateUsers(db: Db): Promise<number> {
  const users = db.collection<OldUser>(collections.users);
  const isOld = {
    $or: [
      { passwordHash: { $exists: true } },
      { revision: { $exists: true } },
      { nameKey: { $exists: false }, emailVerifiedAt: { $exists: true } },
    ],
  };
  const projection = { passwordHash: 1, name: 1 } as const;
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

/** Only while the name and the hash are those that were read: who sets another meanwhile has moved it. */
function migrationOf({ _id, name = null, passwordHash }: Pick<OldUser, '_id' | 'name' | 'passwordHash'>) {
  const nameKey = name === null ? null : nameKeyOf(name);
  if (passwordHash === undefined)
    return { filter: { _id, name }, update: { $set: { nameKey }, $unset: { revision: '' } } } as const;
  const update = {
    $set: { nameKey, 'credentials.password': passwordHash },
    $unset: { passwordHash: '', revision: '' },
  } as const;
  return { filter: { _id, name, passwordHash }, update };
}
