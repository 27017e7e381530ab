import { type Db, type Document, type Filter, MongoClient } from 'mongodb';
import { ourConcerns, withoutConcerns } from '../base/connection-string.ts';
import type { SessionRecords } from '../store/contract.ts';
import { type Config, ConfigError, readConfig } from '../store/read-config.ts';
import type { UserRecord } from '../store/records.ts';
import { emailKey } from '../users/email.ts';
import { optionValue, runIfMain, UsageError } from './command.ts';

const usage =
  'End the sessions of one user or of everyone, at once on every instance:\n' +
  '  MONGODB_URI=... npm run sessions:end -- --user ada@example.com   (or the user’s id)\n' +
  '  MONGODB_URI=... npm run sessions:end -- --all';

/** Whose sessions an administrator ends. */
export type Whose = { user: string } | 'all';

/** Reads `--user ID|EMAIL` or `--all`; @throws {UsageError} for both, neither or anything else. */
export function readWhose(args: readonly string[]): Whose {
  const user = optionValue(args, 'user');
  const all = args.includes('--all');
  if (all === (user !== undefined) || user === '') throw new UsageError(usage);
  return user === undefined ? 'all' : { user };
}

/** What of a store ending sessions takes. */
export interface EndingStore {
  readonly users: {
    [Find in 'find' | 'findByEmailKey']: (by: string) => Promise<Pick<UserRecord, 'id'> | null>;
  };
  readonly sessions: Pick<SessionRecords, 'endOf' | 'endAll'>;
}

/**
 * Ends sessions (OWASP ASVS 7.4.5): each fails at its next request. Accounts stay, and may sign in again.
 *
 * @returns how many there were, those that were over but not yet swept among them.
 * @throws {UsageError} where there is no such user.
 */
export async function endSessions({ users, sessions }: EndingStore, whose: Whose): Promise<number> {
  if (whose === 'all') return sessions.endAll();
  const user = (await users.find(whose.user)) ?? (await users.findByEmailKey(emailKey(whose.user)));
  if (!user) throw new UsageError('There is no user of this id or e-mail address.');
  return sessions.endOf(user.id);
}

/** The collections of today as a store. */
export function presentStore(db: Db, { sessionCollection }: Pick<Config, 'sessionCollection'>): EndingStore {
  const sessions = db.collection(sessionCollection);
  const users = db.collection<{ _id: string }>('users');
  const find = async (filter: Filter<{ _id: string }>) => {
    const user = await users.findOne(filter, { projection: { _id: 1 } });
    return user && { id: user._id };
  };
  const end = async (filter: Document) => (await sessions.deleteMany(filter)).deletedCount;
  return {
    users: { find: (_id) => find({ _id }), findByEmailKey: (key) => find({ emailKey: key }) },
    sessions: { endOf: (userId) => end({ userId }), endAll: () => end({}) },
  };
}

/** To end a session does not depend on the stage. */
function configOf(env: NodeJS.ProcessEnv) {
  try {
    return readConfig({ ...env, STAGE: 'any' }, 'database');
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message, { cause: error }) : error;
  }
}

await runIfMain(import.meta.url, async () => {
  const whose = readWhose(process.argv.slice(2));
  if (!process.env.MONGODB_URI?.trim()) throw new UsageError(`MONGODB_URI is missing.\n${usage}`);
  const config = configOf(process.env);
  const client = new MongoClient(withoutConcerns(config.mongodbUri), {
    ...ourConcerns,
    serverSelectionTimeoutMS: 5000,
  });
  try {
    const count = await endSessions(presentStore(client.db(config.mongodbDatabase), config), whose);
    console.log(`sessions:end: ${count} ended${whose === 'all' ? ', of everyone' : ''}`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const name = error instanceof Error ? error.name : 'unknown error';
    throw new UsageError(`MONGODB_URI does not answer (${name}); no session was ended for sure.`);
  } finally {
    await client.close();
  }
});
