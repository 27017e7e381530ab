import { HintedError } from '../base/hinted-error.ts';
import type { Store } from '../store/contract.ts';
import { openStore } from '../store/open-store.ts';
import { emailKey } from '../users/email.ts';
import { chosenStore, databaseVariable } from './chosen-store.ts';
import { optionValue, runIfMain, UsageError } from './command.ts';
import { databaseConfig } from './database-config.ts';

const usageOf = (variable: string) =>
  'End the sessions of one user or of everyone, at once on every instance:\n' +
  `  ${variable}=... npm run sessions:end -- --user ada@example.com   (or the user’s id)\n` +
  `  ${variable}=... npm run sessions:end -- --all`;

/** Whose sessions an administrator ends. */
export type Whose = { user: string } | 'all';

/** Reads `--user ID|EMAIL` or `--all`; @throws {UsageError} for both, neither or anything else. */
export function readWhose(args: readonly string[], usage = usageOf('MONGODB_URI')): Whose {
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

/** What is so at the database, and what to do where that is known. */
function whyNot(error: unknown, variable: string): string {
  const { cause = error, code } = error as { cause?: unknown; code?: unknown };
  const { code: itsCode, name } = cause as { code?: unknown; name?: unknown };
  const reason = String(itsCode || name || 'unknown error');
  if (code === 'not_prepared')
    return `The database of ${variable} is not prepared: run npm run db:prepare with the same variables`;
  if (cause instanceof HintedError) return `${variable} refuses (${reason}): ${cause.hint}`;
  return `${variable} does not answer (${reason})`;
}

await runIfMain(import.meta.url, async () => {
  const variable = databaseVariable(chosenStore(process.env));
  const usage = usageOf(variable);
  const whose = readWhose(process.argv.slice(2), usage);
  if (!process.env[variable]?.trim()) throw new UsageError(`${variable} is missing.\n${usage}`);
  const store = openStore(databaseConfig(process.env));
  try {
    const count = await endSessions(store, whose);
    console.log(`sessions:end: ${count} ended${whose === 'all' ? ', of everyone' : ''}`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${whyNot(error, variable)}; no session was ended for sure.`, { cause: error });
  } finally {
    await store.close();
  }
});
