import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntilReady } from '../../lib/dev/deploy/readiness.ts';
import { AwsAccount } from '../support/aws-account.ts';
import { standForAws } from '../support/aws-endpoint.ts';
import { mongoDatabase } from '../support/database.ts';
import {
  copyServiceFiles,
  type StageParams,
  writeHandlers,
  writeServiceFile,
} from '../support/service-files.ts';

const root = resolve(import.meta.dirname, '../..');
const secret = 'a very-secret value that signs cookies and that no message shows';
const account = new AwsAccount();
standForAws(account.answer);

const database = mongoDatabase('deploy');
const params = {
  PUBLIC_URL: 'https://auth.example.com',
  MAIL_FROM: 'no-reply@example.com',
  MONGODB_DB: database.name,
  BCRYPT_COST: '12',
};

/** Milliseconds: each deployment builds and packages everything. */
const limit = 600_000;

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'deploy-'));
  await copyServiceFiles(cwd);
  await symlink(join(root, 'node_modules'), join(cwd, 'node_modules'));
  await writeHandlers(cwd);
  account.parameters.set('/session-auth/prod/SESSION_SECRETS', secret);
});
afterAll(async () => {
  await rm(cwd, { recursive: true, force: true });
  await database.drop();
});

interface Outcome {
  code: number;
  output: string;
}

/** Runs a program in the service's folder, without a terminal, with what leads to the account of the tests. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const own = Object.entries(process.env).filter(([name]) => /^(AWS_|PATH$|HOME$)/.test(name));
  account.changes.length = 0;
  return new Promise((done) => {
    const child = spawn(process.execPath, [...args], {
      cwd,
      env: { ...Object.fromEntries(own), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
    child.once('close', (code) => done({ code: code ?? 1, output }));
  });
}

/** `npm run deploy` of the stage prod with these params beside what it needs. */
async function deploy(more: StageParams[string] = {}, args: string[] = []): Promise<Outcome> {
  await writeServiceFile(cwd, { prod: { ...params, ...more } });
  const outcome = await run(['--import', 'tsx', 'lib/dev/deploy.ts', '--stage', 'prod', ...args]);
  expect(outcome.output).not.toContain('very-secret');
  return outcome;
}

const lastLine = ({ output }: Outcome) => output.trimEnd().split('\n').at(-1);

test(
  'says which secrets are missing or empty, and how they are made, before anything is changed',
  async () => {
    account.parameters.set('/session-auth/prod/PASSWORD_PEPPER', ' ');

    const outcome = await deploy({ PASSWORD_PEPPER: 'ssm:/session-auth/prod/PASSWORD_PEPPER' });

    expect(outcome.output).toMatch(
      /MONGODB_URI: ssm:\/session-auth\/prod\/MONGODB_URI in eu-central-1 is not there.*\n.*aws ssm put-parameter/,
    );
    expect(outcome.output).toMatch(/PASSWORD_PEPPER: ssm:\S+ in eu-central-1 is empty$/m);
    expect(outcome.code).toBe(1);
    expect(account.changes).toEqual([]);
  },
  limit,
);

test(
  'the first time prepares the database of the functions, deploys, and waits until they are ready',
  async () => {
    account.parameters.set('/session-auth/prod/MONGODB_URI', database.uri);

    const outcome = await deploy();

    expect(outcome.output).toContain('deploy: stage prod to eu-central-1\n  nothing is deployed there yet');
    expect(lastLine(outcome)).toMatch(/^deployed stage prod to eu-central-1: http:\/\/\S+ is ready\. Next: /);
    expect(outcome.code).toBe(0);
    const client = new MongoClient(database.uri);
    const indexes = await client.db(database.name).collection('users').indexes();
    await client.close();
    expect(indexes.map(({ name }) => name)).toContain('email_unique');
    expect(account.functions.get('session-auth-prod-auth')).toMatchObject({
      SESSION_SECRETS: 'ssm:/session-auth/prod/SESSION_SECRETS',
    });
  },
  limit,
);

test(
  'once more says that nothing changes, and that a rotated secret needs no deployment',
  async () => {
    account.parameters.set('/session-auth/prod/SESSION_SECRETS', `another ${secret}, ${secret}`);

    const outcome = await deploy();

    expect(outcome.output).toMatch(/^no setting changes\. .*one that was rotated needs no deployment$/m);
    expect(account.changes).toEqual([]);
    expect(lastLine(outcome)).toMatch(/is ready/);
  },
  limit,
);

test(
  'stops while somebody else deploys the stage',
  async () => {
    account.isChanging = true;
    const outcome = await deploy();
    account.isChanging = false;

    expect(outcome.output).toContain('The stage prod is being changed already (UPDATE_IN_PROGRESS): wait');
    expect([outcome.code, account.changes]).toEqual([1, []]);
  },
  limit,
);

test(
  'shows what changes, with old and new values, and of secrets that they change',
  async () => {
    account.secrets.set('pepper', JSON.stringify({ value: 'a very-secret pepper' }));

    const outcome = await deploy({
      BCRYPT_COST: '11',
      PASSWORD_PEPPER: 'secretsmanager:pepper#value',
      docs: 'none',
    });

    expect(outcome.output).toContain(`what changes, beside the code:
  BCRYPT_COST: 12 -> 11
  PASSWORD_PEPPER: changed, unset -> secretsmanager:pepper#value
  session-auth-prod-docs: removed
`);
    expect(account.changes).toContain('stack');
    expect(account.functions.get('session-auth-prod-auth')).toMatchObject({ BCRYPT_COST: '11' });
    expect(outcome.code).toBe(0);
  },
  limit,
);

test(
  'stops without a terminal where people would be signed out or refused, unless told --yes',
  async () => {
    const there = { PASSWORD_PEPPER: 'secretsmanager:pepper#value', docs: 'none' };
    account.parameters.set('/elsewhere', `a new very-secret value which has signed nothing`);
    const change = {
      ...there,
      PASSWORD_PEPPER: '',
      SESSION_SECRETS: 'ssm:/elsewhere',
      SESSION_COLLECTION: 'other',
    };

    const stopped = await deploy(change);

    expect(stopped.output).toMatch(
      /^ {2}SESSION_COLLECTION: sessions are kept elsewhere: everybody is signed out$/m,
    );
    expect(stopped.output).toMatch(/^ {2}SESSION_SECRETS: a secret that signed is gone/m);
    expect(stopped.output).toMatch(/^ {2}PASSWORD_PEPPER: every password .* is refused until a reset$/m);
    expect(stopped.output).toMatch(/^Stopped; nothing is changed\..*\n(.*\n)*.*--yes$/m);
    expect(stopped.output).not.toContain('db:prepare: the database');
    expect(account.changes).toEqual([]);
    expect(stopped.code).toBe(1);

    const forced = await deploy(change, ['--yes']);

    expect(forced.code).toBe(0);
    expect(account.functions.get('session-auth-prod-auth')).toMatchObject({
      SESSION_COLLECTION: 'other',
      PASSWORD_PEPPER: '',
    });
  },
  limit,
);

describe('serverless by itself', () => {
  const serverless = 'node_modules/serverless/bin/serverless.js';
  const params = {
    MAIL_FROM: 'no-reply@example.com',
    MONGODB_DB: database.name,
    SESSION_COLLECTION: 'other',
    PUBLIC_URL: 'https://auth.example.com',
  };

  test(
    'deploys by the same steps, and says how a rotated secret gets in that CloudFormation fills in',
    async () => {
      const SESSION_SECRETS = '{{resolve:ssm:/elsewhere}}';
      await writeServiceFile(cwd, { prod: { ...params, SESSION_SECRETS } });
      const first = await run([serverless, 'deploy', '--stage', 'prod', '--yes']);
      account.parameters.set('/elsewhere', `${account.parameters.get('/elsewhere')}, one more ${secret}`);

      const second = await run([serverless, 'deploy', '--stage', 'prod']);

      expect(first.output).toContain(
        'SESSION_SECRETS: the same value, ssm:/elsewhere -> {{resolve:ssm:/elsewhere}}',
      );
      expect(first.output).toMatch(/^db:prepare: the database of MONGODB_URI/m);
      expect(lastLine(first)).toMatch(/^deployed stage prod .* is ready/);
      expect(second.output).toMatch(/^SESSION_SECRETS: changed where it is kept\..* deploy with --force$/m);
      expect(second.output + first.output).not.toContain('very-secret');
      expect(second.code).toBe(0);
    },
    limit,
  );

  test(
    'deploys one function: builds it, and keeps its role',
    async () => {
      await writeServiceFile(cwd, {
        prod: { ...params, SESSION_SECRETS: 'ssm:/elsewhere', BCRYPT_COST: '13' },
      });

      const outcome = await run([serverless, 'deploy', 'function', '-f', 'auth', '--stage', 'prod']);

      expect(outcome.output).toMatch(/^built for mongodb: /m);
      expect(lastLine(outcome)).toMatch(/^deployed function auth of stage prod: its code and settings\./);
      expect(account.changes).toEqual([
        'code of session-auth-prod-auth',
        'configuration of session-auth-prod-auth',
      ]);
      expect(account.functions.get('session-auth-prod-auth')).toMatchObject({ BCRYPT_COST: '13' });
    },
    limit,
  );

  test(
    'does not put into a function what CloudFormation alone fills in',
    async () => {
      await writeServiceFile(cwd, { prod: { ...params, SESSION_SECRETS: '{{resolve:ssm:/elsewhere}}' } });

      const outcome = await run([serverless, 'deploy', 'function', '-f', 'auth', '--stage', 'prod']);

      expect(outcome.output).toMatch(/SESSION_SECRETS: CloudFormation alone fills that in/);
      expect(account.changes).toEqual([]);
      expect(outcome.code).toBe(1);
    },
    limit,
  );
});

test('says what is wrong where the functions do not get ready in time', async () => {
  account.readiness = 503;

  const waited = waitUntilReady(process.env.AWS_ENDPOINT_URL ?? '', '', Date.now());

  await expect(waited).rejects.toThrow(
    /^Deployed, but not ready: \S+\/health\/ready answers 503 not_prepared$/,
  );
  await expect(waitUntilReady('http://127.0.0.1:9', 'Point names', Date.now())).rejects.toThrow(
    /does not answer \(\w+\)\. Point names$/,
  );
});

test('the region is that of the environment, or of the profile, as the SDK finds it', async () => {
  const config = join(cwd, 'aws-config');
  await writeFile(config, '[default]\nregion = eu-west-3\n[profile other]\nregion = sa-east-1\n');
  const regionOf = async (options: Record<string, string>, env: NodeJS.ProcessEnv) => {
    const script = `require(process.argv[1])({ options: JSON.parse(process.argv[2]) }).then((region) => console.log('region ' + region))`;
    const program = join(root, 'lib/dev/service/region.cjs');
    const { output } = await run(['-e', script, program, JSON.stringify(options)], {
      AWS_REGION: undefined,
      AWS_CONFIG_FILE: config,
      ...env,
    });
    return /^region (.*)$/m.exec(output)?.[1];
  };
  const stage = 'prod';

  expect(await regionOf({ stage }, {})).toBe('eu-west-3');
  expect(await regionOf({ stage }, { AWS_PROFILE: 'other' })).toBe('sa-east-1');
  expect(await regionOf({ stage, 'aws-profile': 'other' }, {})).toBe('sa-east-1');
  expect(await regionOf({ stage }, { AWS_REGION: 'eu-north-1' })).toBe('eu-north-1');
  expect(await regionOf({ stage }, { AWS_CONFIG_FILE: join(cwd, 'none') })).toBe('us-east-1');
});
