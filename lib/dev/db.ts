import type { StoreKind } from '../base/config.ts';
import { chosenStore, databaseVariable } from './chosen-store.ts';
import { optionValue, runIfMain, UsageError } from './command.ts';
import { interruption } from './interruption.ts';
import { startStoreDatabase } from './store-database.ts';

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

/** @throws {UsageError} for a store whose database is no server, or none that can be started here. */
function storeWithServer(): Exclude<StoreKind, 'sqlite' | 'mysql'> {
  const store = chosenStore(process.env);
  if (store === 'sqlite')
    throw new UsageError('SQLite is a file, and needs no server. Run instead: STORE=sqlite npm run dev');
  if (store === 'mysql')
    throw new UsageError('No server of MySQL is started here: name one in DATABASE_URL, and run npm run dev');
  return store;
}

await runIfMain(import.meta.url, async () => {
  const store = storeWithServer();
  const args = process.argv.slice(2);
  const interrupted = interruption();
  const download = args.includes('--download');
  const database = await startStoreDatabase(store, { dataDir, download, interrupted, ...chosenPort(args) });
  const inShell = store === 'mongodb' ? '' : `STORE=${store} `;
  // Alone on its line, so that a script can read it.
  console.log(database.address);
  console.error(
    `Database: ${database.description}: ${database.why}\n` +
      `Next, in another terminal: ${inShell}${databaseVariable(store)}=<the line above> npm run dev\n` +
      'Stop: Ctrl-C',
  );
  const alive = setInterval(() => {}, 60_000);
  await interrupted;
  clearInterval(alive);
  await database.stop();
  console.error(`\nStopped. To go on: ${inShell}npm run db`);
});
