import { setImmediate } from 'node:timers/promises';
import { type CopyMark, type CopySide, copiedKinds } from '../../store/copying.ts';
import { UsageError } from '../command.ts';
import { compareKind, type KindCounts } from './compare-kind.ts';
import { createLeftOut } from './left-out.ts';
import { mirrorKind } from './mirror-kind.ts';

export interface CopyStoreOptions {
  from: CopySide;
  to: CopySide;
  /** Which database the source is, whoever asks it and from where. */
  source: string;
  now?: () => Date;
  say: (line: string) => void;
  /** Told how many records of a kind are done, and once more with `isDone`. */
  progress: (what: string, records: number, isDone: boolean) => void;
  /** False where somebody wants it to stop: asked before each batch. */
  mayGoOn: () => boolean;
}

export interface CopyOutcome {
  counts: KindCounts[];
  /** True where the target has all that is alive at the source, but for what is left out of sessions. */
  isComplete: boolean;
}

/**
 * Copies all that is alive from one store to another, and then compares all of it.
 *
 * What is at the target but not at the source is removed there. So it takes an empty target, or one that bears the mark
 * of an unfinished copy of the same source; the mark goes when both are found to be the same.
 *
 * @throws {UsageError} where the target holds something else or is in use, a side is not prepared, or it was stopped.
 */
export async function copyStore(options: CopyStoreOptions): Promise<CopyOutcome> {
  const { from, to, say, now = () => new Date() } = options;
  const leftOut = createLeftOut(say);
  const noteNewest = await beginMark(options);

  await eachKind(options, 'copying', async (kind, onRange) =>
    mirrorKind({ from, to, now: now(), leftOut, onRange, ...noteNewest }, kind),
  );
  const counts: KindCounts[] = [];
  await eachKind(options, 'comparing', async (kind, onRange) => {
    counts.push(await compareKind({ from, to, now, leftOut, onRange }, kind));
  });

  const isComplete = counts.every(
    ({ kind, differing, leftOut: count }) => differing === 0 && (count === 0 || kind === 'sessions'),
  );
  if (isComplete) await to.removeMark();
  return { counts, isComplete };
}

/** Sees that the target may be written, and marks it as the copy that it becomes. */
async function beginMark({ from, to, source }: CopyStoreOptions) {
  if (await from.readMark())
    throw new UsageError(
      'The database of --from is itself a copy that is not complete. Complete it first, or name its source.',
    );
  const found = await to.readMark();
  if (found && found.source !== source)
    throw new UsageError(
      'The database of --to holds a part of a copy of another database. Name an empty one, prepared by npm run db:prepare.',
    );
  if (!found && !(await isEmpty(to)))
    throw new UsageError(
      'The database of --to is not empty, and this is no copy to go on with. Nothing was changed.\n' +
        'Name an empty one, prepared by npm run db:prepare.',
    );
  let mark: CopyMark = found ?? { source, newestEventAt: new Date(0) };
  await to.putMark(mark);
  return {
    isNewer: (at: Date) => at > mark.newestEventAt,
    noteNewest: async (at: Date) => {
      if (at <= mark.newestEventAt) return;
      mark = { source, newestEventAt: at };
      await to.putMark(mark);
    },
  };
}

async function isEmpty(side: CopySide): Promise<boolean> {
  for (const kind of copiedKinds) if ((await side.read(kind, { most: 1 })).length > 0) return false;
  return true;
}

async function eachKind(
  { mayGoOn, progress }: CopyStoreOptions,
  doing: string,
  work: (kind: (typeof copiedKinds)[number], onRange: (records: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  for (const kind of copiedKinds) {
    let records = 0;
    await work(kind, async (more) => {
      records += more;
      progress(`${doing} ${kind}`, records, false);
      // SQLite's driver is synchronous: between two of them no signal would ever be heard.
      await setImmediate();
      if (!mayGoOn()) throw new UsageError('Stopped.');
    });
    progress(`${doing} ${kind}`, records, true);
  }
}
