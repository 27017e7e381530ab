import type { CopySide } from '../store/copying.ts';
import { openCopying } from '../store/open-copying.ts';
import { optionValue, runIfMain, UsageError } from './command.ts';
import { type CopyOutcome, copyStore } from './copy/copy-store.ts';
import { countTable, shown } from './copy/count-table.ts';
import { guardedSide, SideError } from './copy/guarded-side.ts';
import { howToPrepare, type NamedDatabase, namedDatabase, shownSettings } from './copy/named-database.ts';
import { showRecords } from './copy/show-records.ts';
import { interruption } from './interruption.ts';

const usage =
  'Copy users, sessions and all that is alive from one database to another, empty one:\n' +
  '  npm run db:copy -- --from mongodb://... --to postgres://...\n' +
  'or, so that npm does not print the passwords:\n' +
  '  COPY_FROM=mongodb://... COPY_TO=postgres://... npm run db:copy\n' +
  'SESSION_COLLECTION names the sessions of both; --from-sessions NAME and --to-sessions NAME those of one.';

const goOn =
  'What was copied stays. Run the same command again: it goes on. Until it is complete, use --to for nothing.';

/** @throws {UsageError} where one is missing or bad, or both are the same database. */
function namedIn(args: readonly string[], env: NodeJS.ProcessEnv): Record<'from' | 'to', NamedDatabase> {
  const from = optionValue(args, 'from') ?? env.COPY_FROM;
  const to = optionValue(args, 'to') ?? env.COPY_TO;
  if (!from?.trim() || !to?.trim()) throw new UsageError(usage);
  const named = {
    from: namedDatabase('--from', from, env, optionValue(args, 'from-sessions')),
    to: namedDatabase('--to', to, env, optionValue(args, 'to-sessions')),
  };
  if (named.from.place === named.to.place)
    throw new UsageError(
      '--from and --to are the same database. MONGODB_DB holds for both: name each in its address.',
    );
  return named;
}

/** @throws {UsageError} where tables or indexes are missing. */
async function requirePrepared(option: string, side: CopySide, { config }: NamedDatabase): Promise<void> {
  const missing = await side.missing();
  if (missing.length > 0)
    throw new UsageError(`The database of ${option} is not prepared. ${howToPrepare(config)}`);
}

/** What happened, and what to do next. */
function told({ counts, isComplete }: CopyOutcome, { config }: NamedDatabase): string {
  const leftOut = counts.reduce((sum, each) => sum + each.leftOut, 0);
  const differing = counts.reduce((sum, each) => sum + each.differing, 0);
  if (isComplete) {
    const but =
      leftOut === 0 ? '' : ` but ${shown(leftOut)} sessions that it cannot keep: they are signed out`;
    return `db:copy: complete: --to has all that is alive${but}. Next: deploy with ${shownSettings(config)} and the same SESSION_SECRETS`;
  }
  if (differing > 0)
    return (
      `db:copy: not complete: ${shown(differing)} records differ, for --from changed while it was copied.\n` +
      'Stop what writes to it, and run the same command again. Until it is complete, use --to for nothing.'
    );
  return `db:copy: not complete: ${shown(leftOut)} records were left out, as said above. Put them right at --from, and run the same command again.`;
}

await runIfMain(import.meta.url, async () => {
  const named = namedIn(process.argv.slice(2), process.env);
  let isStopped = false;
  interruption().then(() => {
    isStopped = true;
  });
  const from = guardedSide('--from', openCopying(named.from.config));
  const to = guardedSide('--to', openCopying(named.to.config));
  try {
    await requirePrepared('--from', from, named.from);
    await requirePrepared('--to', to, named.to);
    const outcome = await copyStore({
      from,
      to,
      source: named.from.identity,
      say: (line) => console.error(line),
      progress: showRecords(),
      mayGoOn: () => !isStopped,
    });
    for (const line of countTable(outcome.counts)) console.log(line);
    if (!outcome.isComplete) throw new UsageError(told(outcome, named.to));
    console.log(told(outcome, named.to));
  } catch (error) {
    if (isStopped) throw new UsageError(`\ndb:copy: stopped. ${goOn}`);
    if (!(error instanceof SideError)) throw error;
    throw new UsageError(`db:copy: ${error.message}. ${goOn}`, { cause: error });
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
});
