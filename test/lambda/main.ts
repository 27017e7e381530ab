import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chosenStore } from '../../lib/dev/chosen-store.ts';
import { optionValue, runIfMain, UsageError } from '../../lib/dev/command.ts';
import { prepareOn } from '../../lib/dev/db-prepare.ts';
import { ownDatabase } from '../support/own-database.ts';
import { createTally } from '../support/tally.ts';
import { startAws } from './aws.ts';
import { showColdStarts } from './cold-starts.ts';
import { checkEventSources, startEach } from './event-sources.ts';
import { checkFreeze } from './freeze.ts';
import { createGround, type Ground } from './ground.ts';
import { checkMail } from './mail-tries.ts';
import { unpackFunctions } from './packaged.ts';
import { checkMemory, checkTermination } from './runtime.ts';
import { checkSweep } from './sweep.ts';
import { installTools, type Tools, whyNoTools } from './tools.ts';

const usage = `npx tsx test/lambda/main.ts [--freeze SECONDS] [--tools FOLDER] [--install]

  --freeze SECONDS  how long instances are frozen (60)
  --tools FOLDER    where Lambda's emulator and client are, or are installed to be used again; a temporary one unless told
  --install         installs them, and ends

On the zips of the last \`npm run package\`. With STORE=postgres, on those of \`STORE=postgres npm run package\`, only what
depends on the store is checked: \`sweep\` and the freeze. Where this machine cannot compile what is needed it says so,
and ends with 0.`;

/** Everything that holds on MongoDB's zips; the freeze passes beside the others. */
async function checkAll(ground: Ground, freezeSeconds: number): Promise<void> {
  const { over } = await checkFreeze(ground, freezeSeconds);
  await Promise.all([over, checkOthers(ground)]);
}

async function checkOthers(ground: Ground): Promise<void> {
  const instances = await startEach(ground);
  await checkEventSources(ground, instances);
  const mail = await checkMail(ground, instances.auth!);
  const all = [...Object.values(instances), mail];
  await checkMemory(ground, all);
  await checkTermination(ground, all);
  await showColdStarts(ground);
}

/** What another store does in its own way. */
async function checkOfSql(ground: Ground, freezeSeconds: number): Promise<void> {
  const { over } = await checkFreeze(ground, freezeSeconds);
  const [instances] = await Promise.all([checkSweep(ground), over]);
  await checkMemory(ground, instances);
  await checkTermination(ground, instances);
}

async function run(tools: Tools, store: 'mongodb' | 'postgres', freezeSeconds: number): Promise<void> {
  const tally = createTally();
  const atEnd: (() => Promise<unknown>)[] = [];
  try {
    const folder = await mkdtemp(join(tmpdir(), 'lambda-'));
    atEnd.unshift(() => rm(folder, { recursive: true, force: true }));
    const functions = await unpackFunctions(folder, store);
    const database = await ownDatabase(store, `test_lambda_${process.pid}`);
    atEnd.unshift(database.drop);
    const databaseEnvironment = database.environment;
    await prepareOn(databaseEnvironment);
    const aws = await startAws();
    atEnd.unshift(aws.stop);
    const ground = createGround({ tools, tally, aws, functions, database, databaseEnvironment });
    atEnd.unshift(ground.stop);
    await (store === 'postgres' ? checkOfSql : checkAll)(ground, freezeSeconds);
  } finally {
    for (const end of atEnd) await end();
  }
  console.log(`lambda: ${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

async function installed(folder: string): Promise<Tools | undefined> {
  const why =
    whyNoTools() ??
    (await installTools(folder).catch(({ message, stderr }: Error & { stderr?: string }) => {
      const lines = (stderr || message).trim().split('\n');
      return `it could not be installed: ${lines.at(-1)}`;
    }));
  if (typeof why !== 'string') return why;
  console.log(`lambda: skipped, since ${why}\nlambda: 0 passed, 0 failed`);
  return undefined;
}

await runIfMain(import.meta.url, async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help')) return console.log(usage);
  const freezeSeconds = Number(optionValue(args, 'freeze') ?? '60');
  if (!(freezeSeconds >= 0)) throw new UsageError('--freeze takes a number of seconds');
  const store = chosenStore(process.env);
  if (store !== 'mongodb' && store !== 'postgres')
    throw new UsageError(`STORE: the zips of mongodb and postgres are run, not those of ${store}`);
  const kept = optionValue(args, 'tools');
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'lambda-tools-')));
  try {
    const startedAt = Date.now();
    const tools = await installed(folder);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    if (tools && seconds > 0) console.log(`Lambda's emulator and client were installed in ${seconds} s`);
    if (tools && !args.includes('--install')) await run(tools, store, freezeSeconds);
  } finally {
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
  }
});
