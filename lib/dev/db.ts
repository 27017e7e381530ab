import { optionValue, runIfMain, UsageError } from './command.ts';
import { startDatabase } from './database.ts';
import { interruption } from './interruption.ts';

const dataDir = '.data';

function chosenPort(args: readonly string[]): { port?: number } {
  const given = optionValue(args, 'port');
  if (given === undefined) return {};
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UsageError('--port takes a number from 1 to 65535');
  }
  return { port };
}

await runIfMain(import.meta.url, async () => {
  const args = process.argv.slice(2);
  const interrupted = interruption();
  const download = args.includes('--download');
  const database = await startDatabase({ dataDir, download, interrupted, ...chosenPort(args) });
  // Alone on its line, so that a script can read it.
  console.log(database.uri);
  console.error(
    `Database: ${database.description}: ${database.why}\n` +
      'Next, in another terminal: MONGODB_URI=<the line above> npm run dev\n' +
      'Stop: Ctrl-C',
  );
  const alive = setInterval(() => {}, 60_000);
  await interrupted;
  clearInterval(alive);
  await database.stop();
  console.error('\nStopped. To go on: npm run db');
});
