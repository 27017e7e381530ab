import type { Kind } from '../../store/contract.ts';
import type { CopiedRecord, CopiedRecords } from '../../store/copying.ts';
import { UsageError } from '../command.ts';
import { type CopiedRange, rangesOf, type Sides, targetParts } from './copied-range.ts';
import { reasonOf } from './guarded-side.ts';
import type { LeftOut } from './left-out.ts';
import { isSameRecord } from './same-record.ts';

export interface Mirroring extends Sides {
  readonly now: Date;
  readonly leftOut: LeftOut;
  /** Notes how new the newest event is that is about to be at the target. */
  noteNewest(at: Date): Promise<void>;
  /** True for an event that came to the target by no copy. */
  isNewer(at: Date): boolean;
  /** Told how many records of the source are done; throws where it is to stop. */
  onRange(records: number): Promise<void>;
}

/**
 * Makes what the target has of one kind what the source has alive, range by range: what is gone at the source is taken
 * out, what differs is replaced, what is equal stays untouched. So it may be stopped anywhere and begun again.
 *
 * @throws {UsageError} where the target is in use.
 */
export async function mirrorKind(mirroring: Mirroring, kind: Kind): Promise<void> {
  for await (const range of rangesOf(mirroring, kind, mirroring.now)) {
    const records = range.wanted.size;
    for (const [key, why] of range.unkeepable) mirroring.leftOut.tell(kind, key, why);
    await removeOthers(mirroring, kind, range);
    if (kind === 'events')
      await noteNewest(mirroring, range.wanted.values() as Iterable<CopiedRecords['events']>);
    if (range.wanted.size > 0) await insert(mirroring, kind, range.wanted);
    await mirroring.onRange(records);
  }
}

/** Takes out what is not the source's, or not as it is there; what is equal is wanted no more. */
async function removeOthers(mirroring: Mirroring, kind: Kind, range: CopiedRange): Promise<void> {
  for await (const entries of targetParts(mirroring, kind, range)) {
    const strays: string[] = [];
    for (const { key, record, isUnreadable } of entries) {
      const wanted = range.wanted.get(key);
      if (!record && !isUnreadable) throw inUse();
      if (wanted && record && isSameRecord(wanted, record)) range.wanted.delete(key);
      else strays.push(key);
      if (kind === 'events' && record && !wanted) refuseNewer(mirroring, record as CopiedRecords['events']);
    }
    if (strays.length > 0) await mirroring.to.remove(kind, strays);
  }
}

function refuseNewer({ isNewer }: Mirroring, { event }: CopiedRecords['events']): void {
  if (event && isNewer(event.at)) throw inUse();
}

const inUse = () =>
  new UsageError(
    'The database of --to is in use: people did something there since it was copied. Nothing of theirs was touched.\n' +
      'To copy anyway, name an empty one, prepared by npm run db:prepare.',
  );

async function noteNewest(mirroring: Mirroring, events: Iterable<CopiedRecords['events']>): Promise<void> {
  const times = [...events].map(({ event }) => event?.at.getTime() ?? 0);
  if (times.length > 0) await mirroring.noteNewest(new Date(Math.max(...times)));
}

/** Where the target refuses a batch, each record is tried alone, and what it refuses then is left out. */
async function insert(
  { to, leftOut }: Mirroring,
  kind: Kind,
  wanted: ReadonlyMap<string, CopiedRecord>,
): Promise<void> {
  try {
    return await to.insert(kind, [...wanted.values()]);
  } catch (error) {
    if (!to.isRefusal(error)) throw error;
  }
  // Of some databases a part of it is there.
  await to.remove(kind, [...wanted.keys()]);
  let last: unknown;
  const refused: [key: string, why: string][] = [];
  for (const [key, record] of wanted) {
    try {
      await to.insert(kind, [record]);
    } catch (error) {
      if (!to.isRefusal(error)) throw error;
      last = error;
      refused.push([key, `the database refuses it (${reasonOf((error as Error).cause)})`]);
    }
  }
  // Not one of many is taken: it is not the records that are at fault.
  if (refused.length === wanted.size && wanted.size > 1) throw last;
  for (const [key, why] of refused) leftOut.refuse(kind, key, why);
}
