import { setTimeout as delay } from 'node:timers/promises';
import { eventSource } from '../support/events.ts';
import { cpuGroup } from './cpu-group.ts';
import { clientOf, type Ground } from './ground.ts';
import type { Instance } from './instance.ts';

/** Megabytes for which Lambda gives one core. */
const megabytesOfCore = 1769;

const firstRequests: Readonly<Record<string, string>> = {
  auth: '/auth/session',
  pages: '/sign-in',
  account: '/account',
  sessions: '/sessions',
  admin: '/admin/users',
  docs: '/openapi.json',
  health: '/health/ready',
  example: '/example',
};

/** Shows what a cold start takes with the CPU that Lambda gives for its memory. No figure of these fails anything. */
export async function showColdStarts(ground: Ground): Promise<void> {
  for (const [name, path] of Object.entries(firstRequests)) {
    const { memorySize } = ground.packaged(name);
    const cores = memorySize / megabytesOfCore;
    const group = await cpuGroup(cores, name);
    if (!group)
      return console.log('  cold starts: not shown, since this user may not hold processes to a CPU');
    const instance = await ground.start(name, {}, group);
    try {
      const startedAt = performance.now();
      await clientOf(instance, eventSource('HTTP API, payload 2.0'), '203.0.113.120').get(path);
      const wholeMs = performance.now() - startedAt;
      const answerMs = await handlerMs(instance);
      const figures = `init ${Math.round(wholeMs - answerMs)} ms, first answer ${Math.round(answerMs)} ms`;
      console.log(`  cold start of ${name} at ${memorySize} MB (${cores.toFixed(2)} of a core): ${figures}`);
    } catch (error) {
      console.log(`  cold start of ${name}: not known (${(error as Error).message})`);
    }
    await instance.stop();
    await group.remove();
  }
}

/** Milliseconds that the one request took within the function, as its log says. */
async function handlerMs({ lines }: Instance): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const line = lines.find((each) => each.includes('"message":"request"'));
    if (line) return JSON.parse(line).milliseconds;
    await delay(20);
  }
  throw new Error('it has not logged the request');
}
