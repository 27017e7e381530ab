import { HintedError } from '../base/hinted-error.ts';
import { Problem } from '../base/problem.ts';
import { chosenStore, databaseVariable } from './chosen-store.ts';
import { runIfMain, UsageError } from './command.ts';
import { databaseConfig } from './database-config.ts';
import { readUsersCommand, type UsersCommand } from './users/read-users-command.ts';
import { createUsersServices } from './users/users-services.ts';
import { runVerb } from './users/verbs.ts';

/** What is so, and what to do where that is known. */
function whyNot(error: unknown, variable: string): string {
  const { cause = error, code } = error as { cause?: unknown; code?: unknown };
  const { code: itsCode, name } = cause as { code?: unknown; name?: unknown };
  const reason = String(itsCode || name || 'unknown error');
  if (code === 'not_prepared')
    return `The database of ${variable} is not prepared: run npm run db:prepare with the same variables`;
  if (cause instanceof HintedError) return `${variable} refuses (${reason}): ${cause.hint}`;
  return `${variable} does not answer (${reason})`;
}

/** In plain words, where the person at the keyboard can put it right. */
function inWords(error: unknown, variable: string): unknown {
  if (error instanceof UsageError) return error;
  if (error instanceof Problem && error.code === 'last_admin')
    return new UsageError(
      'users: nothing was changed: that is the last administrator. Next: npm run users -- grant SOMEBODY admin',
    );
  return new UsageError(`${whyNot(error, variable)}; it is not sure that anything was done. Run it again.`, {
    cause: error,
  });
}

async function run(command: UsersCommand): Promise<void> {
  const services = createUsersServices(databaseConfig(process.env));
  try {
    await runVerb(services, command);
  } finally {
    await services.store.close();
  }
}

await runIfMain(import.meta.url, async () => {
  const variable = databaseVariable(chosenStore(process.env));
  const command = readUsersCommand(process.argv.slice(2), variable);
  if (!process.env[variable]?.trim()) throw new UsageError(`${variable} is missing. It names the database.`);
  await run(command).catch((error: unknown) => {
    throw inWords(error, variable);
  });
});
