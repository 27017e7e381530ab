import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Takes a file that says which process uses a folder; what a dead process left is taken over.
 *
 * @returns a function that gives it back
 * @throws where a living process holds it
 */
export function takeLock(file: string): () => void {
  const mine = `${process.pid} ${startOf(process.pid)}`;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, mine);
  try {
    // A link appears whole or not at all, and only one process can make it.
    while (!attempt(() => linkSync(draft, file))) {
      const theirs = read(file) ?? '';
      const [pid = '', started] = theirs.split(' ');
      if (isAlive(Number(pid), started)) {
        throw new Error(`the data is in use by process ${pid} (${file}); stop that one first`);
      }
      // Whoever finds that another was faster, and has moved a living one's lock away, puts it back.
      const aside = `${draft}.dead`;
      if (attempt(() => renameSync(file, aside)) && read(aside) !== theirs)
        attempt(() => linkSync(aside, file));
      rmSync(aside, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (read(file) === mine) rmSync(file, { force: true });
  };
}

function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function read(file: string): string | undefined {
  let content: string | undefined;
  attempt(() => {
    content = readFileSync(file, 'utf8');
  });
  return content;
}

function isAlive(pid: number, started: string | undefined): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // The number may be another process's by now; when that began tells, where the system does.
  return startOf(pid) === started;
}

/** When a process began, in clock ticks since the machine did; only Linux tells. One that has ended has no beginning. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return 'unknown';
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? 'ended' : (fields[18] ?? 'unknown');
}
