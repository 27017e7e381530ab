import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ground } from './ground.ts';
import type { Instance } from './instance.ts';

/** Of its memory a function uses no more than this; the rest is for what a request brings. */
const mostOfMemory = 0.75;

/** Seconds in which Lambda wants a runtime to have ended. */
const endsWithinSeconds = 2;

/** The most memory that each function has used so far is well below what it has. */
export async function checkMemory({ tally }: Ground, instances: readonly Instance[]): Promise<void> {
  for (const instance of instances) {
    const { name, memorySize } = instance;
    await tally.check(`memory of ${name}: at most ${mostOfMemory * 100} % of ${memorySize} MB`, async () => {
      const status = await readFile(`/proc/${await instance.pid()}/status`, 'utf8');
      const megabytes = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
      const figure = `${Math.round(megabytes)} MB, ${Math.round((100 * megabytes) / memorySize)} %`;
      assert.ok(megabytes <= mostOfMemory * memorySize, figure);
      return figure;
    });
  }
}

/** What Lambda sends before it takes an environment away: each runtime ends by itself, and logs nothing. */
export async function checkTermination({ tally }: Ground, instances: readonly Instance[]): Promise<void> {
  for (const instance of instances)
    await tally.check(`SIGTERM ends ${instance.name}, with nothing logged`, async () => {
      const pid = await instance.pid();
      const linesBefore = instance.lines.length;
      const startedAt = performance.now();
      process.kill(pid, 'SIGTERM');
      while (await isRunning(pid)) {
        assert.ok(performance.now() - startedAt < endsWithinSeconds * 1000, 'it still runs');
        await delay(10);
      }
      await delay(50);
      assert.deepEqual(instance.lines.slice(linesBefore), []);
      return `${Math.round(performance.now() - startedAt - 50)} ms`;
    });
}

async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
  return !/^State:\s+[XZ]/m.test(status);
}
