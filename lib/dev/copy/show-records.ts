import type { WriteStream } from 'node:tty';
import { shown } from './count-table.ts';

type Output = Pick<WriteStream, 'write'> & { isTTY?: boolean };

/** Elsewhere than on a terminal a line is written each time that so many more are done. */
const step = 100_000;

/** Shows how many records are done: on a terminal in one line that is written over, elsewhere in a line now and then. */
export function showRecords(out: Output = process.stderr) {
  let last = 0;
  return (what: string, records: number, isDone: boolean) => {
    const line = `${what}: ${shown(records)}`;
    const isDue = records >= last + step;
    // What was told a moment ago is not told again at the end.
    const isNew = isDue || (isDone && (records === 0 || records !== last));
    if (out.isTTY) out.write(`\r${line}${isDone ? '\n' : ''}`);
    else if (isNew) out.write(`${line}\n`);
    if (isDone) last = 0;
    else if (isDue) last = records;
  };
}
