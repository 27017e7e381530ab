import { cpuUsage } from 'node:process';

/** Milliseconds of processor time that `work` takes in this process: other programs on the machine add nothing. */
export async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = cpuUsage();
  await work();
  const { user, system } = cpuUsage(before);
  return (user + system) / 1000;
}

const tickMs = 10;
let lateMs = 0;
let lastTickAt = performance.now();

// A tick that comes late was kept from a processor, by other programs or by what this one computes.
setInterval(() => {
  const now = performance.now();
  lateMs += Math.max(0, now - lastTickAt - 2 * tickMs);
  lastTickAt = now;
}, tickMs).unref();

/**
 * Starts to measure how long something waits.
 *
 * @returns a function that tells the milliseconds since then, without those in which this process got no processor:
 * a limit of time holds on a busy machine too.
 */
export function stopwatch(): () => number {
  const startedAt = performance.now();
  const lateBefore = lateMs;
  return () => performance.now() - startedAt - (lateMs - lateBefore);
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
