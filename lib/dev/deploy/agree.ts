import { createInterface } from 'node:readline/promises';
import { UsageError } from '../command.ts';

/** Where the question is asked, and by whom it is answered. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * Tells what a deployment takes from people, and asks whether to go on.
 *
 * @param consequences a line each.
 * @param yes agreed beforehand, by `--yes`.
 * @throws {UsageError} where nobody agrees: any answer but yes, none, or no terminal to ask at.
 */
export async function agree(
  consequences: readonly string[],
  yes: boolean,
  { input, output }: Terminal = { input: process.stdin, output: process.stdout },
): Promise<void> {
  const said = `This keeps people from what they had:\n${consequences.join('\n')}`;
  const say = (text: string) => output.write(`${text}\n`);
  say(said);
  if (yes) return void say('  deployed all the same, as --yes says');
  const stopped = 'Stopped; nothing is changed.';
  if (!input.isTTY)
    throw new UsageError(`${stopped} ${said}\nTo deploy all the same: npm run deploy -- --stage NAME --yes`);
  const answer = await ask('Deploy all the same? (yes/no) ', input, output);
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError(stopped);
}

/** A line of the terminal; empty where it ends or is interrupted without one. */
async function ask(question: string, input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
  const terminal = createInterface({ input, output });
  const ended = new Promise<string>((done) => terminal.once('close', () => done('')));
  try {
    // Newer Node rejects where it is interrupted; older never settles.
    return await Promise.race([terminal.question(question).catch(() => ''), ended]);
  } finally {
    terminal.close();
  }
}
