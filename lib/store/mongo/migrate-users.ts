import type { Db } from 'mongodb';
import { collections } from './collections.ts';
import type { UserDocument } from './user-document.ts';

/** Users that one command changes, so that none takes long, however many there are. */
const atOnce = 1000;

/**
 * Gives users of the old form the new one: the hash moves below `credentials`, and the count goes that is not kept any
 * more. Safe to repeat and to stop; what is not moved yet is read as it is.
 *
 * @returns how many it has changed.
 */
export async function migrateUsers(db: Db): Promise<number> {
  const users = db.collection<UserDocument & { revision?: number }>(collections.users);
  const isOld = { $or: [{ passwordHash: { $exists: true } }, { revision: { $exists: true } }] };
  const update = { $rename: { passwordHash: 'credentials.password' }, $unset: { revision: '' } } as const;
  let migrated = 0;
  const migrate = async (ids: readonly string[]) => {
    if (ids.length === 0) return;
    const result = await users.updateMany({ _id: { $in: [...ids] }, ...isOld }, update);
    migrated += result.modifiedCount;
  };
  let ids: string[] = [];
  for await (const { _id } of users.find(isOld, { projection: { _id: 1 } })) {
    ids.push(_id);
    if (ids.length < atOnce) continue;
    await migrate(ids);
    ids = [];
  }
  await migrate(ids);
  return migrated;
}
