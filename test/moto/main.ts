// Deploys the service to moto, a stand-in for AWS, as `npm run deploy` does: twice, then with other settings and releases little
// by little, at once again, little by little again, and removes it.
// Takes a Python that has what requirements.txt names:
//   python3 -m venv /tmp/moto && /tmp/moto/bin/pip install -r test/moto/requirements.txt
//   npx tsx test/moto/main.ts /tmp/moto/bin/python
import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { spawnMongoServer } from '../../lib/dev/mongo-server/spawn-mongo-server.ts';
import {
  copyServiceFiles,
  type StageParams,
  writeHandlers,
  writeServiceFile,
} from '../support/service-files.ts';
import { createTally } from '../support/tally.ts';
import type { Account } from './account.ts';
import { startApi } from './api.ts';
import { qualifiers, released } from './callers.ts';
import { releaseResources, resources } from './resources.ts';
import { startMoto } from './start-moto.ts';

const root = resolve(import.meta.dirname, '../..');
const stack = 'session-auth-prod';
const secret = 'a very-secret value that signs cookies and that no environment has';
const params = { MAIL_FROM: 'Example <no-reply@example.com>', SESSION_IDLE_SECONDS: 86_400 };
/** After the first two deployments. */
const otherParams = { ...params, SESSION_IDLE_SECONDS: 3600, docs: 'none' };

const tally = createTally();
const check = tally.is;
const checkSame = (what: string, seen: unknown, wanted: unknown) =>
  check(what, isDeepStrictEqual(seen, wanted), { seen, wanted });

interface Ground {
  account: Account;
  /** Folder of serverless.yml. */
  cwd: string;
  /** Address of the stand-in for the API. */
  api: string;
}

/** Runs a program in the service's folder to its end, with what leads to the account and nothing else of this shell. */
function run(
  { account, cwd, api }: Ground,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const toApi = new URL('to-api.mjs', import.meta.url).href;
  const env = { PATH, HOME, ...account.environment, API_STAND_IN: api, NODE_OPTIONS: `--import ${toApi}` };
  return new Promise((done) => {
    const child = spawn(process.execPath, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
    child.once('close', (code) => done({ code: code ?? 1, output }));
  });
}

async function deploy(ground: Ground, prod: StageParams[string]): Promise<string> {
  await writeServiceFile(ground.cwd, { prod });
  const { code, output } = await run(ground, [
    '--import',
    'tsx',
    'lib/dev/deploy.ts',
    '--stage',
    'prod',
    '--yes',
  ]);
  check('the deployment ends well', code === 0, output);
  check('its last line says that it is ready', /is ready\. Next: .*\n$/.test(output), output);
  check('it shows no secret', !output.includes('very-secret'));
  return output;
}

const byType = (list: Iterable<readonly [string, { type: string }]>) => {
  const ids = [...list].map(([id, { type }]) => `${type} ${id.replace(/LambdaVersion.+$/, 'LambdaVersion')}`);
  return ids.sort();
};
const listed = (without = /^$/, more: readonly string[] = []) =>
  [...Object.entries(resources).flatMap(([type, ids]) => ids.map((id) => `${type} ${id}`)), ...more]
    .filter((id) => !without.test(id.split(' ')[1] ?? ''))
    .sort();

async function environmentOf({ account }: Ground, name: string): Promise<Record<string, string>> {
  const asked = new GetFunctionConfigurationCommand({ FunctionName: `${stack}-${name}` });
  return (await account.lambda.send(asked)).Environment?.Variables ?? {};
}

/** The functions that are there: when each was changed last, by its name. */
async function changedAt({ account }: Ground): Promise<Record<string, string>> {
  const { Functions = [] } = await account.lambda.send(new ListFunctionsCommand({}));
  return Object.fromEntries(Functions.map(({ FunctionName, LastModified }) => [FunctionName, LastModified]));
}

async function firstTime(ground: Ground): Promise<void> {
  const { account } = ground;
  const output = await deploy(ground, params);
  check('nothing was deployed before', output.includes('nothing is deployed there yet'), output);
  const there = await account.resources(stack);
  checkSame('the stack has the resources of the list', byType(there), listed());

  const auth = await environmentOf(ground, 'auth');
  const mail = await environmentOf(ground, 'mail');
  check(
    'functions are told where their secrets are',
    auth.SESSION_SECRETS === 'ssm:/session-auth/prod/SESSION_SECRETS',
  );
  const address = `https://${there.get('HttpApi')?.id}.execute-api.eu-central-1.amazonaws.com`;
  check("browsers see the API's own address", auth.PUBLIC_URL === address, auth.PUBLIC_URL);
  check(
    'settings are those of the params',
    auth.SESSION_IDLE_SECONDS === '86400' && mail.MAIL_FROM === params.MAIL_FROM,
  );
  check(
    'a function has no setting that it does not ask for',
    !('SESSION_SECRETS' in mail) && !('MAIL_FROM' in auth),
  );
  const FunctionName = `${stack}-mail`;
  const tries = await account.lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }));
  check(
    'jobs have three tries in an hour',
    tries.MaximumRetryAttempts === 2 && tries.MaximumEventAgeInSeconds === 3600,
  );

  const answer = await fetch(`${ground.api}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'nobody@example.com', password: 'nine quiet geese at dawn' }),
  });
  const { code } = (await answer.json()) as { code?: string };
  check(
    'what is deployed answers by its route',
    answer.status === 401 && code === 'invalid_credentials',
    code,
  );
}

async function onceMore(ground: Ground): Promise<void> {
  const before = await changedAt(ground);
  const output = await deploy(ground, params);
  check('no setting changes', output.includes('no setting changes.'), output);
  checkSame('no function changes', await changedAt(ground), before);
  checkSame('no resource changes', byType(await ground.account.resources(stack)), listed());
}

const withoutDocs = /Docs|Openapijson/;

/** What calls functions, or may, calls them all by this qualifier. */
async function checkCallers({ account }: Ground, qualifier: string): Promise<void> {
  checkSame(
    `what calls a function calls ${qualifier ? `its alias ${qualifier}` : 'the function itself'}, and may`,
    await qualifiers(account, stack),
    new Map(
      ['integration', 'authorizer', 'schedule', 'permission'].map((what) => [what, new Set([qualifier])]),
    ),
  );
  const jobs = (await account.resources(stack)).get('MailLambdaEvConf')?.id;
  const wanted = `${stack}-mail|${qualifier || '$LATEST'}`;
  check('so do the jobs of `mail`, and keep how they are repeated', jobs === wanted, jobs);
}

async function checkLittleByLittle(ground: Ground): Promise<void> {
  checkSame(
    'the stack has versions, aliases and what moves them besides',
    byType(await ground.account.resources(stack)),
    listed(withoutDocs, releaseResources),
  );
  await checkCallers(ground, 'live');
}

const deploymentsOf = async ({ account }: Ground) =>
  (await account.askJson<{ deployments: string[] }>('codedeploy', 'CodeDeploy_20141006.ListDeployments'))
    .deployments.length;

async function littleByLittle(ground: Ground): Promise<void> {
  const output = await deploy(ground, { ...otherParams, releases: 'canary' });
  check('it says what changes', output.includes('  SESSION_IDLE_SECONDS: 86400 -> 3600\n'), output);
  check('and which function goes', output.includes(`  ${stack}-docs: removed\n`), output);
  check('and whom it signs out', /SESSION_IDLE_SECONDS .*sessions are over sooner/.test(output), output);
  await checkLittleByLittle(ground);
  const all = [...(await released(ground.account)).values()];
  checkSame(
    'each function has one version, which its alias names',
    all,
    all.map(() => ({ versions: ['1'], aliases: { live: '1' } })),
  );
  check('aliases are made at once, by no deployment of CodeDeploy', (await deploymentsOf(ground)) === 0);
}

async function nextRelease(ground: Ground): Promise<void> {
  await deploy(ground, { ...otherParams, releases: 'canary', SESSION_IDLE_SECONDS: 7200 });
  await checkLittleByLittle(ground);
  const functions = await released(ground.account);
  const changed = ['auth', 'account', 'sessions', 'admin', 'pages', 'authorizer'];
  const wanted = [...functions.keys()].map((name) => [
    name,
    changed.some((each) => name === `${stack}-${each}`)
      ? { versions: ['1', '2'], aliases: { live: '2' } }
      : { versions: ['1'], aliases: { live: '1' } },
  ]);
  checkSame('what reads the setting has another version, and the old one', [...functions], wanted);
  const deployments = await deploymentsOf(ground);
  check('CodeDeploy moves people to each of them', deployments === changed.length, deployments);
  const { Environment } = await ground.account.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: `${stack}-auth`, Qualifier: '1' }),
  );
  check('the old one has the old setting', Environment?.Variables?.SESSION_IDLE_SECONDS === '3600');
}

async function atOnceAgain(ground: Ground): Promise<void> {
  await deploy(ground, otherParams);
  check(
    'the functions have the new setting',
    (await environmentOf(ground, 'auth')).SESSION_IDLE_SECONDS === '3600',
  );
  checkSame(
    'nothing of releases little by little is left in the stack',
    byType(await ground.account.resources(stack)),
    listed(withoutDocs),
  );
  await checkCallers(ground, '');
  const all = [...(await released(ground.account)).values()];
  check(
    'no alias is left, and the versions are',
    all.every(({ versions, aliases }) => versions.length > 0 && Object.keys(aliases).length === 0),
    all,
  );
}

/** Functions are as their last version is: Lambda would make no other. */
async function littleByLittleAgain(ground: Ground): Promise<void> {
  await deploy(ground, { ...otherParams, releases: 'canary' });
  await checkLittleByLittle(ground);
  const all = [...(await released(ground.account)).values()];
  check(
    'the versions of the last time are gone',
    all.every(({ versions }) => versions.length === 1),
    all,
  );
}

async function removed(ground: Ground): Promise<void> {
  const { account } = ground;
  const { code, output } = await run(ground, [
    'node_modules/serverless/bin/serverless.js',
    'remove',
    '--stage',
    'prod',
  ]);
  check('the removal ends well', code === 0, output);
  const left = await account.resources(stack).catch((error: Error) => error.message);
  check('the stack is gone', typeof left === 'string' && left.includes('does not exist'), left);
  checkSame('no function is left', await changedAt(ground), {});
  const functions = resources['AWS::Lambda::Function'] ?? [];
  const names = functions.map((id) => id.replace('LambdaFunction', '').toLowerCase());
  const logs = ['/aws/http-api/session-auth-prod', ...names.map((name) => `/aws/lambda/${stack}-${name}`)];
  checkSame(
    `the ${logs.length} groups of logs are left, that of the removed function too`,
    await account.logGroups(),
    logs.sort(),
  );
}

const [python] = process.argv.slice(2);
if (!python) throw new Error('Which Python? The head of this file says how to make one');
const folder = await mkdtemp(join(tmpdir(), 'moto-'));
const moto = await startMoto(python, folder);
const database = await spawnMongoServer({});
const { account } = moto;
const api = await startApi({ account, stack, python, folder });
try {
  const cwd = join(folder, 'service');
  await copyServiceFiles(cwd);
  // Those that are called.
  await writeHandlers(cwd, ['auth.ts', 'health.ts']);
  await symlink(join(root, 'node_modules'), join(cwd, 'node_modules'));
  for (const [name, Value] of Object.entries({ MONGODB_URI: database.uri, SESSION_SECRETS: secret }))
    await account.parameters.send(
      new PutParameterCommand({ Name: `/session-auth/prod/${name}`, Value, Type: 'SecureString' }),
    );
  const ground = { account, cwd, api: api.url };
  for (const step of [
    firstTime,
    onceMore,
    littleByLittle,
    nextRelease,
    atOnceAgain,
    littleByLittleAgain,
    removed,
  ]) {
    const started = Date.now();
    await step(ground);
    console.log(`${step.name}: ${Math.round((Date.now() - started) / 1000)} s`);
  }
} catch (error) {
  check(`no error: ${error instanceof Error ? error.stack : error}`, false);
} finally {
  if (tally.failed > 0) console.log(moto.said());
  api.stop();
  await moto.stop();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
}
console.log(`moto: ${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;
