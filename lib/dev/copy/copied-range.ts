import type { Kind } from '../../store/contract.ts';
import { convertFields, UnkeepableError } from '../../store/convert-fields.ts';
import {
  type CopiedEntry,
  type CopiedRecord,
  type CopiedRecords,
  type CopySide,
  isAlive,
} from '../../store/copying.ts';

/** Records that are in memory at once, of each side. */
export const batch = 500;

/** Keys from one to another, and what the source has between them. */
export interface CopiedRange {
  readonly after: string | undefined;
  /** Undefined for the last range: all that follows. */
  readonly upTo: string | undefined;
  /** By key, what is alive at the source, as the target keeps it. */
  readonly wanted: Map<string, CopiedRecord>;
  /** Why the target cannot keep some of it, by key. */
  readonly unkeepable: ReadonlyMap<string, string>;
}

export interface Sides {
  readonly from: CopySide;
  readonly to: CopySide;
}

/** All of one kind at the source, range by range in the order of keys: without gaps, so that each key is in one. */
export async function* rangesOf({ from, to }: Sides, kind: Kind, now: Date): AsyncGenerator<CopiedRange> {
  let after: string | undefined;
  for (;;) {
    const entries = await from.read(kind, { after, most: batch });
    const upTo = entries.length < batch ? undefined : entries.at(-1)?.key;
    yield { after, upTo, ...wantedOf({ from, to }, kind, entries, now) };
    if (upTo === undefined) return;
    after = upTo;
  }
}

/** What the target has in a range, in parts of a batch. */
export async function* targetParts(
  { to }: Sides,
  kind: Kind,
  range: Pick<CopiedRange, 'after' | 'upTo'>,
): AsyncGenerator<CopiedEntry[]> {
  let { after } = range;
  for (;;) {
    const entries = await to.read(kind, { after, upTo: range.upTo, most: batch });
    yield entries;
    if (entries.length < batch) return;
    after = entries.at(-1)?.key;
  }
}

function wantedOf(sides: Sides, kind: Kind, entries: readonly CopiedEntry[], now: Date) {
  const wanted = new Map<string, CopiedRecord>();
  const unkeepable = new Map<string, string>();
  for (const { key, record, isUnreadable } of entries) {
    if (isUnreadable) unkeepable.set(key, 'what is stored is no such record');
    if (!record || !isAlive(kind, record, now)) continue;
    try {
      wanted.set(key, kind === 'sessions' ? converted(sides, record as CopiedRecords['sessions']) : record);
    } catch (error) {
      if (!(error instanceof UnkeepableError)) throw error;
      unkeepable.set(key, error.message);
    }
  }
  return { wanted, unkeepable };
}

function converted({ from, to }: Sides, session: CopiedRecords['sessions']): CopiedRecords['sessions'] {
  return { ...session, fields: convertFields(session.fields, from.fields, to.fields) };
}
