import type { Kind } from '../../store/contract.ts';
import { type CopiedEntry, type CopiedRecord, isAlive } from '../../store/copying.ts';
import { type CopiedRange, rangesOf, type Sides, targetParts } from './copied-range.ts';
import type { LeftOut } from './left-out.ts';
import { isSameRecord } from './same-record.ts';

export interface Comparing extends Sides {
  readonly now: () => Date;
  readonly leftOut: LeftOut;
  onRange(records: number): Promise<void>;
}

/** How many records of a kind there are, that are alive. */
export interface KindCounts {
  readonly kind: Kind;
  source: number;
  target: number;
  /** Of the source's, those that the target cannot keep. */
  leftOut: number;
  /** That are on one side only, or not the same on both. */
  differing: number;
}

/** Reads all of one kind on both sides, changes nothing, and counts. */
export async function compareKind(comparing: Comparing, kind: Kind): Promise<KindCounts> {
  const counts: KindCounts = { kind, source: 0, target: 0, leftOut: 0, differing: 0 };
  const startedAt = comparing.now();
  /** What is over meanwhile may be swept from one side first. */
  const differs = (record: CopiedRecord) => isAlive(kind, record, comparing.now());
  for await (const range of rangesOf(comparing, kind, startedAt)) {
    const { wanted, unkeepable } = range;
    const records = wanted.size;
    counts.source += records + unkeepable.size;
    counts.leftOut += unkeepable.size + takeRefused(comparing, kind, wanted);
    for await (const entries of targetParts(comparing, kind, range)) {
      const alive = entries.filter(isAliveEntry(kind, startedAt));
      counts.target += alive.length;
      for (const { key, record } of alive) {
        const other = wanted.get(key);
        wanted.delete(key);
        if (!(other && isSameRecord(other, record)) && differs(record)) counts.differing += 1;
      }
    }
    for (const record of wanted.values()) if (differs(record)) counts.differing += 1;
    await comparing.onRange(records);
  }
  return counts;
}

const isAliveEntry =
  (kind: Kind, now: Date) =>
  (entry: CopiedEntry): entry is CopiedEntry & { record: CopiedRecord } =>
    entry.record !== null && isAlive(kind, entry.record, now);

/** Those that the target's database refused are wanted there no more. @returns how many. */
function takeRefused({ leftOut }: Comparing, kind: Kind, wanted: CopiedRange['wanted']): number {
  const keys = [...wanted.keys()].filter((key) => leftOut.isRefused(kind, key));
  for (const key of keys) wanted.delete(key);
  return keys.length;
}
