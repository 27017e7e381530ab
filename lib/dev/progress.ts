import type { WriteStream } from 'node:tty';

type Output = Pick<WriteStream, 'write'> & { isTTY?: boolean };

/**
 * Shows how far something has come: on a terminal one line that is written over, elsewhere a line every ten percent.
 *
 * @returns what takes the share that is done, from 0 to 1, and what ends the line.
 */
export function showProgress(what: string, out: Output = process.stderr) {
  // Behind zero by a step, so that zero is shown.
  let shown = out.isTTY ? -1 : -10;
  return {
    at(share: number) {
      const percent = Math.floor(share * 100);
      if (percent < (out.isTTY ? shown + 1 : shown + 10)) return;
      shown = out.isTTY ? percent : Math.floor(percent / 10) * 10;
      out.write(out.isTTY ? `\r${what}: ${shown} %` : `${what}: ${shown} %\n`);
    },
    end() {
      if (out.isTTY && shown > -1) out.write('\n');
    },
  };
}
