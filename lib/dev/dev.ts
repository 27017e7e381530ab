import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreKind } from '../base/config.ts';
import { chosenStore, databaseVariable } from './chosen-store.ts';
import { optionValue, runIfMain, UsageError } from './command.ts';
import { prepareOn } from './db-prepare.ts';
import { interruption } from './interruption.ts';
import { keepSweeping } from './keep-sweeping.ts';
import { answering, type Offline, startOffline } from './offline.ts';
import { isPortFree } from './port.ts';
import { keptSessionSecret } from './session-secret.ts';
import { environmentOf, startStoreDatabase } from './store-database.ts';
import { onFilesChanged, watchHandlers } from './watch-handlers.ts';

const dataDir = '.data';

interface Stoppable {
  stop(): Promise<void>;
}

async function chosenPort(args: readonly string[]): Promise<number> {
  const given = optionValue(args, 'port') ?? '3000';
  const port = Number(given);
  if (!/^\d+$/.test(given) || port < 1 || port > 65_535)
    throw new UsageError('--port takes a number from 1 to 65535');
  if (await isPortFree(port)) return port;
  const other = port === 3000 ? 3001 : 3000;
  throw new UsageError(
    `Port ${port} is in use. End what runs there, or take another: npm run dev -- --port ${other}`,
  );
}

/** What serverless.yml finds in the environment, beyond the caller's own. */
async function functionEnvironment(database: NodeJS.ProcessEnv, port: number): Promise<NodeJS.ProcessEnv> {
  const { SESSION_SECRETS, PUBLIC_URL, NODE_OPTIONS } = process.env;
  return {
    ...process.env,
    ...database,
    SESSION_SECRETS: SESSION_SECRETS?.trim() || (await keptSessionSecret(dataDir)),
    PUBLIC_URL: PUBLIC_URL?.trim() || `http://localhost:${port}`,
    OFFLINE_LOCATION: dataDir,
    // Stack traces that name the TypeScript: worth a slower start here, not in a deployed function.
    NODE_OPTIONS: `${NODE_OPTIONS ?? ''} --enable-source-maps`.trim(),
  };
}

/** Builds, and builds again on every change; resolves once a build has been tried. */
async function keepBuilding(store: StoreKind): Promise<Stoppable> {
  let hasBuilt = false;
  return watchHandlers({
    outDir: join(dataDir, 'dist'),
    minify: false,
    store,
    onBuild: (outcome) => {
      if ('errors' in outcome)
        console.error(`\n${outcome.errors}\n\nNot built: what was built last goes on.`);
      else if (hasBuilt) console.log(`rebuilt ${outcome.bundles.map(({ name }) => name).join(', ')}`);
      else hasBuilt = true;
    },
  });
}

/** Keeps serverless-offline running, a new one whenever serverless.yml changes. */
function keepServing(port: number, env: NodeJS.ProcessEnv): Offline {
  const start = () => startOffline({ port, stage: 'dev', env, reload: true, onLine: console.log });
  const first = start();
  let running = first;
  let turn = Promise.resolve();
  const startAgain = async () => {
    await running.stop();
    console.log('serverless.yml has changed: started again');
    running = start();
  };
  const watcher = onFilesChanged('.', { matches: (file) => file === 'serverless.yml' }, () => {
    turn = turn.then(startAgain);
  });
  const stop = async () => {
    watcher.close();
    await turn;
    await running.stop();
  };
  return { url: first.url, ended: first.ended, stop };
}

function banner(url: string, database: string): string {
  const page = existsSync('handlers/pages.ts') ? `${url}/` : `${url}/health/ready`;
  return `
Session auth runs on ${url}

  database  ${database}
  page      ${page}
  sign up   curl -i -c cookies.txt ${url}/auth/sign-up \\
              -H 'content-type: application/json' \\
              -d '{"email":"ada@example.com","password":"four plain words together"}'
  then      curl -b cookies.txt ${url}/auth/session
  stop      Ctrl-C

All of it is up. Next: open ${page}, or change a source file, which is live at once. What the functions log follows.
`;
}

/** Starts everything, hands each part to `keep` and returns once the functions answer or `interrupted` resolves. */
async function start(
  store: StoreKind,
  keep: (part: Stoppable) => void,
  interrupted: Promise<void>,
): Promise<void> {
  const port = await chosenPort(process.argv.slice(2));
  const database = await startStoreDatabase(store, { dataDir, stage: 'dev', env: process.env, interrupted });
  keep(database);
  console.log(`Starting on ${database.description}: ${database.why}`);
  const env = await functionEnvironment(environmentOf(store, database), port);
  await prepareOn(env);
  keep(keepSweeping(env, console.log));
  keep(await keepBuilding(store));
  const serving = keepServing(port, env);
  keep(serving);
  const hint = setTimeout(() => console.log('No answer yet; what stands above says why.'), 15_000);
  const isThere = await answering(`${serving.url}/health/live`, Promise.race([serving.ended, interrupted]));
  clearTimeout(hint);
  if (!isThere) throw new UsageError('serverless offline has ended; what it said stands above.');
  console.log(banner(serving.url, database.description));
}

await runIfMain(import.meta.url, async () => {
  const store = chosenStore(process.env);
  const parts: Stoppable[] = [];
  let isInterrupted = false;
  const interrupted = interruption().then(() => {
    isInterrupted = true;
    // Whatever hangs, the keyboard is free again in time.
    setTimeout(() => process.exit(1), 4500).unref();
  });
  const keep = (part: Stoppable) => {
    parts.push(part);
    if (isInterrupted) throw new UsageError('Interrupted.');
  };
  let failure: unknown;
  try {
    await start(store, keep, interrupted);
    await interrupted;
  } catch (error) {
    failure = error;
  }
  for (const part of parts.reverse()) await part.stop().catch((error: unknown) => console.error(error));
  if (failure && !isInterrupted) throw failure;
  const variable = databaseVariable(store);
  const kept = process.env[variable]?.trim() ? `where ${variable} says` : `in ${dataDir}/`;
  const again = store === 'mongodb' ? 'npm run dev' : `STORE=${store} npm run dev`;
  console.log(`\nStopped. Everything is kept ${kept}; to go on: ${again}`);
});
