import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { freePort } from '../../lib/dev/port.ts';
import { Account } from './account.ts';

const server = fileURLToPath(new URL('server.py', import.meta.url));

/** Its first start compiles all of moto. */
const startsWithinMs = 120_000;

interface Moto {
  account: Account;
  /** What it printed last. */
  said(): string;
  stop(): Promise<void>;
}

/**
 * Starts moto with an empty account.
 *
 * @param python that has what requirements.txt names.
 * @param cwd receives what moto writes.
 * @throws where it does not answer within two minutes.
 */
export async function startMoto(python: string, cwd: string): Promise<Moto> {
  const port = await freePort();
  const child = spawn(python, ['-W', 'ignore', server, String(port)], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => {
      said = (said + part).slice(-8000);
    });
  const ended = once(child, 'exit').catch((error: unknown) => {
    said += error;
  });
  const account = new Account(`http://127.0.0.1:${port}`);
  const stop = async () => {
    child.kill();
    await ended;
  };
  for (const deadline = Date.now() + startsWithinMs; ; await delay(200)) {
    const answers = await account.lambda.send(new ListFunctionsCommand({})).catch(() => undefined);
    if (answers) return { account, said: () => said, stop };
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`moto does not start: ${said}`);
    }
  }
}
