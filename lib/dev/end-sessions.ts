import type { Store } from '../store/contract.ts';
import { openStore } from '../store/open-store.ts';
import { ConfigError, readConfig } from '../store/read-config.ts';
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

/**
 * Ends sessions (OWASP ASVS 7.4.5): each fails at its next request. Accounts stay, and may sign in again.
 *
 * @returns how many there were, those that were over but not yet swept among them.
 * @throws {UsageError} where there is no such user.
 */
export async function endSessions(
  { users, sessions }: Pick<Store, 'users' | 'sessions'>,
  whose: Whose,
): Promise<number> {
  if (whose === 'all') return sessions.endAll();
  const user = (await users.find(whose.user)) ?? (await users.findByEmailKey(emailKey(whose.user)));
  if (!user) throw new UsageError('There is no user of this id or e-mail address.');
  return sessions.endOf(user.id);
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
  const store = openStore(config);
  try {
    const count = await endSessions(store, whose);
    console.log(`sessions:end: ${count} ended${whose === 'all' ? ', of everyone' : ''}`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { cause = error } = error as Error;
    const name = cause instanceof Error ? cause.name : 'unknown error';
    throw new UsageError(`MONGODB_URI does not answer (${name}); no session was ended for sure.`);
  } finally {
    await store.close();
  }
});
