import { mkdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Processes that share so much of a core. */
export interface CpuGroup {
  /** Puts a process in, and every one that it starts from now on. */
  add(pid: number): Promise<void>;
  /** After its processes have ended. */
  remove(): Promise<void>;
}

const root = '/sys/fs/cgroup';
/** Microseconds: Lambda's own period. */
const periodUs = 20_000;

/** A group that is held to so many cores; undefined where this user may make none. */
export async function cpuGroup(cores: number, name: string): Promise<CpuGroup | undefined> {
  try {
    return await makeGroup(Math.round(cores * periodUs), name);
  } catch {
    return undefined;
  }
}

async function makeGroup(quotaUs: number, name: string): Promise<CpuGroup> {
  const controllers = await readFile(join(root, 'cgroup.controllers'), 'utf8').catch(() => undefined);
  // Version 1 has a tree for each controller, version 2 one for all.
  const parent = controllers === undefined ? join(root, 'cpu') : root;
  if (controllers?.includes('cpu')) await writeFile(join(root, 'cgroup.subtree_control'), '+cpu');
  if (!(await stat(parent)).isDirectory()) throw new Error('no cgroups');
  const folder = join(parent, `session-auth-${process.pid}-${name}`);
  await mkdir(folder);
  if (controllers === undefined) {
    await writeFile(join(folder, 'cpu.cfs_period_us'), String(periodUs));
    await writeFile(join(folder, 'cpu.cfs_quota_us'), String(quotaUs));
  } else await writeFile(join(folder, 'cpu.max'), `${quotaUs} ${periodUs}`);
  return {
    add: (pid) => writeFile(join(folder, 'cgroup.procs'), String(pid)),
    // The last process is gone a moment after it has ended.
    remove: async () => {
      for (let tries = 0; tries < 50; tries += 1)
        try {
          return await rmdir(folder);
        } catch {
          await delay(100);
        }
    },
  };
}
