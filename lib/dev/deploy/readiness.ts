import { setTimeout as delay } from 'node:timers/promises';
import { UsageError } from '../command.ts';

/** How long functions may take to be ready once they are deployed, in milliseconds. */
const patience = 30_000;

/**
 * Waits until the API says that it is ready.
 *
 * @param hint what may be so where it is not.
 * @throws {UsageError} where it does not say so within half a minute.
 */
export async function waitUntilReady(url: string, hint = '', tillMs = Date.now() + patience): Promise<void> {
  const address = `${url.replace(/\/$/, '')}/health/ready`;
  for (;;) {
    const said = await ask(address);
    if (said === undefined) return;
    if (Date.now() > tillMs)
      throw new UsageError(`Deployed, but not ready: ${address} ${said}${hint && `. ${hint}`}`);
    await delay(1000);
  }
}

/** What is wrong with the answer. */
async function ask(address: string): Promise<string | undefined> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(10_000) });
    if (answer.status === 200) return undefined;
    const { code = '' } = (await answer.json().catch(() => ({}))) as { code?: string };
    return `answers ${answer.status} ${code}`.trim();
  } catch (error) {
    return `does not answer (${error instanceof Error ? error.name : error})`;
  }
}
