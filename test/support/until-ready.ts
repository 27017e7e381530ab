import { setTimeout as wait } from 'node:timers/promises';
import type { GuardedServer } from '../../lib/dev/guarded-server.ts';

const startsWithinMs = 60_000;

/**
 * Waits until a server that has just been started takes a connection.
 *
 * @throws where it ends before that, with what it said last, or takes longer than a minute
 */
export async function untilReady(
  name: string,
  server: GuardedServer,
  connect: () => Promise<unknown>,
): Promise<void> {
  let hasEnded = false;
  void server.ended.then(() => {
    hasEnded = true;
  });
  for (const deadline = Date.now() + startsWithinMs; !hasEnded; await wait(50)) {
    try {
      await connect();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
  throw new Error(`${name} does not start: ${lastLines(server.said())}`);
}

/** What a program said last, in one line. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join(' | ');
}
