/**
 * A cold start in a process of its own, for what may end a process. Run as
 * `node --import tsx cold-start-process.ts 'ours'|'connect-mongo'|… URI DATABASE [survive]`.
 * It answers a request that needs no session and prints the status; a second later one that does, and prints it;
 * waits for a line on standard input, then counts a visit and reads the session, and prints both statuses.
 * With `survive` an unhandled rejection does not end it.
 */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { startInstance } from './instance.ts';
import { browser, sessionApp } from './session-app.ts';
import { stockApp } from './stock/app.ts';
import { openStockStore, type StockName } from './stock/store.ts';

const [kind, uri = '', name = '', survive] = process.argv.slice(2);
if (survive) process.on('unhandledRejection', () => undefined);

// So that the test need not wait for half a minute, which the driver's default is.
const patienceMs = 500;
const where = { uri, name };
const started = kind === 'ours' ? startOurs() : startStock(kind as StockName);
const { handler } = started;

function startOurs() {
  const mongoOptions = { serverSelectionTimeoutMS: patienceMs };
  const instance = startInstance({ database: where, mongoOptions });
  return { ...instance, handler: sessionApp(instance) };
}

function startStock(store: StockName) {
  const opened = openStockStore(store, where, { patienceMs });
  return { ...opened, handler: stockApp(opened.store, opened.cookie) };
}

console.log((await browser(handler).get('/data')).status);
await setTimeout(1000);
console.log((await browser(handler).post('/count/visits', undefined, { expect5xx: true })).status);
await once(process.stdin, 'data');
process.stdin.destroy();
const client = browser(handler);
const second = await client.post('/count/visits', undefined, { expect5xx: true });
const third = await client.get('/data', { expect5xx: true });
console.log(`${second.status} ${third.status}`);
await started.end().catch(() => undefined);
