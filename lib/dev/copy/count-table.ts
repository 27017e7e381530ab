import type { KindCounts } from './compare-kind.ts';

const columns = ['source', 'target', 'leftOut', 'differing'] as const;
const titles = ['', 'source', 'target', 'left out', 'differing'];

/** What each side has of each kind, as lines of a table. */
export function countTable(counts: readonly KindCounts[]): string[] {
  const rows = counts.map((each) => [each.kind, ...columns.map((column) => shown(each[column]))]);
  const widths = titles.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  return [titles, ...rows].map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  '),
  );
}

/** With a comma between thousands. */
export const shown = (count: number) => count.toLocaleString('en-US');
