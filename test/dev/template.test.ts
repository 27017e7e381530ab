import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Need } from '../../lib/base/config.ts';
import { readEnvironment, variablesOf } from '../../lib/base/read-settings.ts';
import { buildHandlers, handlerFiles } from '../../lib/dev/build.ts';
import { packageDir, packageService, templateFile } from '../../lib/dev/package.ts';
import { runServerless, spawnServerless } from '../../lib/dev/serverless.ts';
import { copyServiceFiles, type StageParams, writeServiceFile } from '../support/service-files.ts';

const root = resolve(import.meta.dirname, '../..');

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Principal?: unknown;
}

/** What must never stand in a template, wherever it is packaged. */
const secrets = {
  MONGODB_URI: 'mongodb://someone:very-secret-password@db.example.com',
  DATABASE_URL: 'postgres://someone:another-secret-password@db.example.com/app',
  SESSION_SECRETS: 'a-session-secret-that-must-not-leave-the-machine',
  PASSWORD_PEPPER: 'a-pepper-that-must-not-leave-the-machine',
  SMTP_URL: 'smtp://someone:a-password-of-a-mail-server@mail.example.com',
  OIDC_SECRET_ACME: 'a-secret-of-a-provider-that-must-not-leave-the-machine',
};

const everything: Need[] = ['http', 'database', 'sessions', 'activity', 'accounts'];

/** What each function asks for. */
const asked: Record<string, Need[]> = {
  account: everything,
  admin: everything,
  auth: everything,
  authorizer: ['database', 'sessions', 'origin'],
  docs: ['http', 'description'],
  example: ['http'],
  health: ['http', 'database'],
  mail: ['database', 'mail'],
  pages: everything,
  sessions: ['http', 'database', 'sessions', 'activity'],
  sweep: ['database'],
};
/** Those that every store has. */
const always = Object.keys(asked).filter((name) => name !== 'sweep');

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'package-'));
  await copyServiceFiles(cwd);
  await buildHandlers({ handlersDir: join(root, 'handlers'), outDir: join(cwd, 'dist') });
}, 120_000);

afterAll(() => rm(cwd, { recursive: true, force: true }));

const { PATH, HOME } = process.env;

/**
 * Packages a stage as `npm run package` does, with these params in serverless.yml, and nothing in the environment but
 * secrets and what is given.
 */
async function packaged(stage: string, params: StageParams[string] = {}, env: NodeJS.ProcessEnv = {}) {
  if (stage !== 'dev') await writeServiceFile(cwd, { [stage]: params });
  await packageService({ args: ['--stage', stage], env: { PATH, HOME, ...secrets, ...env }, cwd });
  const text = await readFile(join(cwd, templateFile), 'utf8');
  const resources: Record<string, Resource> = JSON.parse(text).Resources;
  const ofType = (type: string) => Object.values(resources).filter((resource) => resource.Type === type);
  /** What runs by the clock, but for the question whether the service is ready. */
  const rules = ofType('AWS::Events::Rule').filter(
    ({ Properties }) => !String(Properties.Name).endsWith('-readiness'),
  );
  const functions = ofType('AWS::Lambda::Function').map(({ Properties }) => Properties);
  const environmentOf = (name: string): Record<string, unknown> => {
    const [own] = functions.filter(({ FunctionName }) => FunctionName === `session-auth-${stage}-${name}`);
    const environment = own?.Environment as { Variables?: Record<string, unknown> } | undefined;
    return environment?.Variables ?? {};
  };
  return { text, resources, ofType, rules, functions, environmentOf };
}

/** Names in a zip, from its central directory (PKWARE APPNOTE, section 4.3.12). */
async function zipEntries(file: string): Promise<string[]> {
  const zip = await readFile(file);
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const names: string[] = [];
  let at = zip.readUInt32LE(end + 16);
  while (at < end) {
    const [name = 0, extra = 0, comment = 0] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    names.push(zip.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}

const listed = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

type Packaged = Awaited<ReturnType<typeof packaged>>;

/** What a function may do beside writing logs. */
function allowed({ functions, resources }: Packaged, name: string): Statement[] {
  const { Role } = functions.find(({ FunctionName }) => String(FunctionName).endsWith(`-${name}`)) ?? {};
  const [role = ''] = (Role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
  const policies = resources[role]?.Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[];
  const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return statements.filter(({ Action }) => !listed(Action).includes('logs:PutLogEvents'));
}

/** True for what reads secrets. */
const reads = (action: Statement['Action']) => /^(ssm|secretsmanager|kms):/.test(String(listed(action)[0]));

describe('the template of a deployed stage', () => {
  let prod: Awaited<ReturnType<typeof packaged>>;
  const handlers = handlerFiles(join(root, 'handlers'))
    .map((file) => basename(file, '.ts'))
    .filter((name) => name !== 'sweep');

  beforeAll(async () => {
    prod = await packaged('prod', { MAIL_FROM: 'Example <no-reply@example.com>' });
  }, 120_000);

  test('has one function for each handler, on Node 24 and arm64', () => {
    expect(prod.functions.map(({ FunctionName }) => FunctionName).sort()).toEqual(
      handlers.map((name) => `session-auth-prod-${name}`),
    );
    // MongoDB removes by itself what is over.
    expect(prod.rules).toEqual([]);
    for (const { Handler, Runtime, Architectures, FunctionName } of prod.functions) {
      expect(Handler).toBe(`dist/${String(FunctionName).split('-').at(-1)}.handler`);
      expect(Runtime).toBe('nodejs24.x');
      expect(Architectures).toEqual(['arm64']);
    }
  });

  test("chooses memory, and a time-out below API Gateway's own of 30 seconds", () => {
    for (const { MemorySize, Timeout } of prod.functions) {
      expect(MemorySize).toBeGreaterThanOrEqual(256);
      expect(Timeout).toBeGreaterThanOrEqual(6);
      expect(Timeout).toBeLessThan(30);
    }
  });

  test('zips one bundled file and its source map for each function, and nothing else', async () => {
    for (const name of handlers)
      expect((await zipEntries(join(cwd, packageDir, `${name}.zip`))).sort()).toEqual([
        `dist/${name}.mjs`,
        `dist/${name}.mjs.map`,
      ]);
  });

  test('routes an HTTP API at its root, and every other path to an answer of ours', () => {
    const routes = prod.ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey);

    expect(prod.ofType('AWS::ApiGatewayV2::Stage').map(({ Properties }) => Properties.StageName)).toEqual([
      '$default',
    ]);
    expect(routes).toEqual(
      expect.arrayContaining(['ANY /auth/{proxy+}', 'ANY /health/{proxy+}', '$default']),
    );
    expect(routes).not.toContain('ANY /dev/outbox');
    for (const { Properties } of prod.ofType('AWS::ApiGatewayV2::Integration'))
      expect(Properties.PayloadFormatVersion).toBe('2.0');
  });

  test('asks the authorizer before the example, and keeps no answer', () => {
    const [authorizer] = Object.entries(prod.resources).filter(
      ([, { Type }]) => Type === 'AWS::ApiGatewayV2::Authorizer',
    );
    const routes = prod.ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties);

    expect(authorizer?.[1].Properties).toMatchObject({
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      // Whoever lacks one that is named here is refused before the authorizer is asked.
      IdentitySource: [],
      AuthorizerResultTtlInSeconds: 0,
    });
    expect(routes.filter(({ AuthorizationType }) => AuthorizationType === 'CUSTOM')).toEqual([
      expect.objectContaining({ RouteKey: 'GET /example', AuthorizerId: { Ref: authorizer?.[0] } }),
    ]);
  });

  test.each(always)('gives %s what it reads and no more, secrets as references that it resolves', (name) => {
    const environment = prod.environmentOf(name);

    expect(Object.keys(environment).sort()).toEqual(variablesOf(asked[name] ?? []).sort());
    const given = {
      STAGE: 'prod',
      STORE: 'mongodb',
      MONGODB_URI: 'ssm:/session-auth/prod/MONGODB_URI',
      DATABASE_URL: '',
      SESSION_SECRETS: 'ssm:/session-auth/prod/SESSION_SECRETS',
      // They are optional, and a function whose secret is not there does not start.
      PASSWORD_PEPPER: '',
      ORIGIN_SECRET: '',
      SMTP_URL: '',
      PUBLIC_URL: { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] },
    };
    for (const [variable, value] of Object.entries(given))
      if (variable in environment) expect(environment[variable]).toEqual(value);
  });

  test('gives who signs people in the secret of each provider, by a name that follows or the one that is said', async () => {
    const providers = ['acme', 'my-idp'].map((id) => ({
      id,
      name: id,
      issuer: 'https://idp.test',
      clientId: id,
    }));
    const other = await packaged('prod', {
      MAIL_FROM: 'no-reply@example.com',
      OIDC_PROVIDERS: JSON.stringify(providers),
      OIDC_SECRET_MY_IDP: 'secretsmanager:idp#secret',
    });

    for (const [name, needs] of Object.entries(asked)) {
      const environment = other.environmentOf(name);
      const given = Object.entries(environment).filter(([variable]) => variable.startsWith('OIDC_SECRET_'));
      const expected = needs.includes('accounts')
        ? {
            OIDC_SECRET_ACME: 'ssm:/session-auth/prod/OIDC_SECRET_ACME',
            OIDC_SECRET_MY_IDP: 'secretsmanager:idp#secret',
          }
        : {};
      expect(Object.fromEntries(given), name).toEqual(expected);
    }
    expect(other.text).not.toContain(secrets.OIDC_SECRET_ACME);
  });

  test('gives each function of a handler what that handler asks for', async () => {
    expect(handlers).toEqual(always.sort());
    for (const name of Object.keys(asked)) {
      const source = await readFile(join(root, 'lib', 'functions', `${name}.ts`), 'utf8');
      const [, needs = ''] = /read(?:Config|Environment)\(environment, ([^)]+)\)/.exec(source) ?? [];
      expect(needs.match(/\w+/g), name).toEqual(asked[name]);
    }
  });

  test('ASVS 13.3.1: has nothing for CloudFormation to fill in: no secret gets into an environment', () => {
    expect(prod.text).not.toContain('{{resolve:');
  });

  test('keeps the logs of each function for a limited time', () => {
    const groups = prod.ofType('AWS::Logs::LogGroup').map(({ Properties }) => Properties);

    expect(groups.map(({ LogGroupName }) => LogGroupName).sort()).toEqual(
      // The last is of the API's own lines.
      ['/aws/http-api/session-auth-prod', ...handlers.map((name) => `/aws/lambda/session-auth-prod-${name}`)],
    );
    for (const { RetentionInDays } of groups) expect(RetentionInDays).toBeGreaterThan(0);
    // They are still there when the stack is removed.
    for (const group of prod.ofType('AWS::Logs::LogGroup'))
      expect(group).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate' });
  });

  test('gives each function a role of its own, which may write the logs of this service and stage', () => {
    const roles = prod.ofType('AWS::IAM::Role').map(({ Properties }) => Properties);
    const named = prod.functions.map(({ Role }) => (Role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0]);

    expect(roles).toHaveLength(handlers.length);
    expect(new Set(named).size).toBe(handlers.length);
    for (const { Policies, ManagedPolicyArns } of roles) {
      expect(ManagedPolicyArns).toBeUndefined();
      expect((Policies as object[])[0]).toMatchObject({
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              Resource: {
                'Fn::Sub': expect.stringMatching(/:log-group:\/aws\/lambda\/session-auth-prod-\*$/),
              },
            },
          ],
        },
      });
    }
  });

  const allowedTo = (name: string) => allowed(prod, name).filter(({ Action }) => !reads(Action));

  test('lets each read its own secrets, and no other', () => {
    const parameter = (name: string) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/session-auth/prod/${name}`,
    });
    const secretsOf: Partial<Record<Need, string>> = {
      database: 'MONGODB_URI',
      sessions: 'SESSION_SECRETS',
    };

    for (const name of handlers) {
      const mayRead = allowed(prod, name).filter(({ Action }) => reads(Action));
      const own = (asked[name] ?? []).flatMap((need) => secretsOf[need] ?? []).map(parameter);
      expect(mayRead, name).toEqual(
        own.length > 0 ? [{ Effect: 'Allow', Action: ['ssm:GetParameters'], Resource: own }] : [],
      );
    }
  });

  test('lets `mail` alone send, as the sender of MAIL_FROM, and keep what failed', () => {
    expect(allowedTo('mail')).toEqual([
      {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: { 'Fn::GetAtt': ['MailDeadLetters', 'Arn'] },
      },
      {
        Effect: 'Allow',
        Action: ['ses:SendEmail'],
        Resource: ['identity/no-reply@example.com', 'identity/example.com', 'configuration-set/*'].map(
          (resource) => ({
            'Fn::Sub': `arn:\${AWS::Partition}:ses:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
          }),
        ),
      },
    ]);
  });

  test('lets the others invoke `mail` at most, and nothing else', () => {
    const invokeMail = {
      Effect: 'Allow',
      Action: ['lambda:InvokeFunction'],
      Resource: [
        { 'Fn::Sub': expect.stringMatching(/:function:session-auth-prod-mail$/) },
        { 'Fn::Sub': expect.stringMatching(/:function:session-auth-prod-mail:live$/) },
      ],
    };

    for (const name of handlers.filter((each) => each !== 'mail'))
      expect([[], [invokeMail]]).toContainEqual(allowedTo(name));
    for (const name of ['auth', 'account', 'pages']) expect(allowedTo(name)).toEqual([invokeMail]);
  });

  test('names functions so that each finds `mail` by its own name', () => {
    const names = prod.functions.map(({ FunctionName }) => String(FunctionName));

    for (const AWS_LAMBDA_FUNCTION_NAME of names) {
      const config = readEnvironment({ STAGE: 'prod', AWS_LAMBDA_FUNCTION_NAME }, 'accounts');
      expect(names).toContain(config.mailFunction);
    }
  });

  test('tries a mail job three times, and then keeps it', () => {
    const [invocation] = prod.ofType('AWS::Lambda::EventInvokeConfig');
    const [mail] = prod.functions.filter(({ FunctionName }) => FunctionName === 'session-auth-prod-mail');

    expect(invocation?.Properties).toMatchObject({ MaximumRetryAttempts: 2, Qualifier: '$LATEST' });
    expect(mail?.DeadLetterConfig).toEqual({ TargetArn: { 'Fn::GetAtt': ['MailDeadLetters', 'Arn'] } });
    expect(prod.resources.MailDeadLetters).toMatchObject({
      Type: 'AWS::SQS::Queue',
      Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true },
    });
  });

  test('allows nothing by a bare wildcard', () => {
    const statements: Statement[] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('Effect' in value) statements.push(value as Statement);
      Object.values(value).forEach(visit);
    };
    visit(prod.resources);
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');

    expect(allowed.length).toBeGreaterThan(0);
    for (const { Action, Resource, Principal } of allowed) {
      expect(listed(Action).filter((action) => action.includes('*'))).toEqual([]);
      expect(listed(Resource)).not.toContain('*');
      expect(JSON.stringify(Principal ?? '')).not.toContain('*');
    }
  });

  test.each(Object.entries(secrets))('holds no %s of the machine that packaged it', (_name, secret) => {
    expect(prod.text).not.toContain(secret);
  });
});

describe.each(['postgres', 'mysql'])('the template for STORE=%s', (STORE) => {
  let prod: Awaited<ReturnType<typeof packaged>>;

  beforeAll(async () => {
    prod = await packaged('prod', { STORE, MAIL_FROM: 'Example <no-reply@example.com>' });
  }, 120_000);

  test('has one function for each handler, each with the database in SQL from SSM and none of MongoDB', () => {
    expect(prod.functions).toHaveLength(Object.keys(asked).length);
    for (const [name, needs] of Object.entries(asked)) {
      const environment = prod.environmentOf(name);

      expect(Object.keys(environment).sort(), name).toEqual(variablesOf(needs).sort());
      if (!needs.includes('database')) continue;
      expect(environment, name).toMatchObject({
        STORE,
        MONGODB_URI: '',
        DATABASE_URL: 'ssm:/session-auth/prod/DATABASE_URL',
      });
    }
    for (const secret of Object.values(secrets)) expect(prod.text).not.toContain(secret);
  });

  test('sweeps every hour, each sweep over before the next, and zips its bundle', async () => {
    const [sweep] = prod.functions.filter(({ FunctionName }) => FunctionName === 'session-auth-prod-sweep');
    const rules = prod.rules.map(({ Properties }) => Properties);
    const [invocation] = prod
      .ofType('AWS::Lambda::EventInvokeConfig')
      .filter(({ Properties }) => JSON.stringify(Properties.FunctionName).includes('Sweep'));

    expect(rules).toEqual([
      expect.objectContaining({
        ScheduleExpression: 'rate(1 hour)',
        State: 'ENABLED',
        Targets: [expect.objectContaining({ Arn: { 'Fn::GetAtt': ['SweepLambdaFunction', 'Arn'] } })],
      }),
    ]);
    // Well before the next; what fails is done by that one.
    expect(Number(sweep?.Timeout)).toBeLessThan(1800);
    expect(invocation?.Properties).toMatchObject({ MaximumRetryAttempts: 0 });
    expect((await zipEntries(join(cwd, packageDir, 'sweep.zip'))).sort()).toEqual([
      'dist/sweep.mjs',
      'dist/sweep.mjs.map',
    ]);
  });
});

/** What `serverless package` says of a stage with these params, with its exit code. */
async function saidOf(
  params: StageParams[string],
  { env = {}, args = [] }: { env?: NodeJS.ProcessEnv; args?: string[] } = {},
) {
  await writeServiceFile(cwd, { prod: params });
  const child = spawnServerless({
    args: ['package', '--stage', 'prod', ...args],
    env: { PATH, HOME, SLS_LOG_LEVEL: 'warning', ...env },
    cwd,
    output: 'pipe',
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (said += part));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { said, code };
}

describe('what no deployed stage can have', () => {
  test.each([
    [{ STORE: 'sqlite' }, /STORE=sqlite .* an instance of Lambda keeps no file/],
    [{ STORE: 'mysql5' }, /STORE: mongodb, postgres/],
    [
      { PASSWORD_PEPPER: 'very-secret-password' },
      /PASSWORD_PEPPER: a secret does not stand in serverless\.yml.*\n.*put-parameter/,
    ],
    [{ OIDC_SECRET_ACME: 'very-secret-password' }, /OIDC_SECRET_ACME: a secret does not stand in/],
    [{ MAIL_FROM: 'a@example.com, b@example.com' }, /MAIL_FROM: one address/],
  ])('%j is refused, and it is said why', async (params: StageParams[string], why) => {
    const { said, code } = await saidOf(params);

    expect(said).toMatch(why);
    expect(said).not.toContain('very-secret-password');
    expect(said).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });
});

describe('the shell, beside a deployed stage', () => {
  const params = { BCRYPT_COST: '13', MAIL_FROM: 'a@example.com' };

  test('overrides no setting, and is told which it says in vain', async () => {
    const env = { ...secrets, BCRYPT_COST: '10', MAIL_FROM: 'a@example.com', APP_NAME: '', STORE: 'mongodb' };

    const { said, code } = await saidOf(params, { env });

    expect(said).toContain(
      'ignored, as they are of this shell: BCRYPT_COST, DATABASE_URL, MONGODB_URI, OIDC_SECRET_ACME, ' +
        'PASSWORD_PEPPER, SESSION_SECRETS, SMTP_URL. The settings of a deployed stage stand in serverless.yml',
    );
    for (const secret of Object.values(secrets)) expect(said).not.toContain(secret);
    expect(code).toBe(0);
    const template = await readFile(join(cwd, templateFile), 'utf8');
    expect(template).toMatch(/"BCRYPT_COST": ?"13"/);
  });

  test('that says nothing else is told nothing', async () => {
    const { said } = await saidOf(params, { env: { BCRYPT_COST: '13' } });

    expect(said).not.toContain('ignored');
  });

  test('with another STORE is refused, since its builds are for that one', async () => {
    const { said, code } = await saidOf(params, { env: { STORE: 'postgres' } });

    expect(said).toMatch(/STORE=postgres of this shell contradicts STORE: mongodb of the stage prod/);
    expect(code).toBe(1);
  });

  test('cannot do it by --param either', async () => {
    const { said, code } = await saidOf(params, { args: ['--param', 'BCRYPT_COST=10'] });

    expect(said).toMatch(/--param BCRYPT_COST: settings of a deployed stage stand in serverless\.yml/);
    expect(code).toBe(1);
  });
});

describe('what the params of a stage say', () => {
  test('is what the functions get, and what their roles may do', async () => {
    const staging = await packaged('staging', {
      PUBLIC_URL: 'https://auth.example.com',
      MAIL_FROM: 'Example <no-reply@mail.example.com>',
      BCRYPT_COST: 13,
      REQUIRE_VERIFIED_EMAIL: true,
      PASSWORD_PEPPER: 'secretsmanager:pepper#value',
      EVENT_BUS: 'what-happens',
      SMTP_URL: 'ssm:/mail/server:3',
      SESSION_SECRETS: 'secretsmanager:arn:aws:secretsmanager:eu-central-1:123456789012:secret:s-AbCdEf',
      DATABASE_URL: 'ssm:arn:aws:ssm:eu-central-1:123456789012:parameter/other/url',
      STORE: 'postgres',
      secretsKey: 'arn:aws:kms:eu-central-1:123456789012:key/1',
    });
    const putting = (name: string) =>
      allowed(staging, name).filter(({ Action }) => listed(Action).includes('events:PutEvents'));
    const here = (service: string, rest: string) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`,
    });

    expect(putting('mail')).toEqual([
      {
        Effect: 'Allow',
        Action: ['events:PutEvents'],
        Resource: here('events', 'event-bus/what-happens'),
      },
    ]);
    for (const name of always.filter((each) => each !== 'mail')) expect(putting(name), name).toEqual([]);
    // It tells the bus by `mail`.
    expect(allowed(staging, 'sessions').map(({ Action }) => Action)).toContainEqual([
      'lambda:InvokeFunction',
    ]);
    expect(staging.environmentOf('sessions')).toMatchObject({ EVENT_BUS: 'what-happens' });
    expect(staging.environmentOf('auth')).toMatchObject({
      PUBLIC_URL: 'https://auth.example.com',
      BCRYPT_COST: expect.toSatisfy((value) => String(value) === '13'),
      REQUIRE_VERIFIED_EMAIL: expect.toSatisfy((value) => String(value) === 'true'),
      PASSWORD_PEPPER: 'secretsmanager:pepper#value',
    });
    expect(staging.environmentOf('mail')).toMatchObject({
      MAIL_FROM: 'Example <no-reply@mail.example.com>',
      SMTP_URL: 'ssm:/mail/server:3',
    });
    const database = 'arn:aws:ssm:eu-central-1:123456789012:parameter/other/url';
    const key = {
      Effect: 'Allow',
      Action: ['kms:Decrypt'],
      Resource: 'arn:aws:kms:eu-central-1:123456789012:key/1',
    };
    expect(allowed(staging, 'auth').filter(({ Action }) => reads(Action))).toEqual([
      { Effect: 'Allow', Action: ['ssm:GetParameters'], Resource: [database] },
      {
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue'],
        Resource: [
          'arn:aws:secretsmanager:eu-central-1:123456789012:secret:s-AbCdEf',
          here('secretsmanager', 'secret:pepper-??????'),
        ],
      },
      key,
    ]);
    expect(allowed(staging, 'mail').filter(({ Action }) => reads(Action))).toEqual([
      {
        Effect: 'Allow',
        Action: ['ssm:GetParameters'],
        Resource: [database, here('ssm', 'parameter/mail/server')],
      },
      key,
    ]);
    // No other function has it.
    expect(staging.text.match(/ssm:\/mail\/server/g)).toHaveLength(1);
    expect(allowed(staging, 'docs')).toEqual([]);
  }, 120_000);

  test('switches tracing and a VPC on, with the permission that comes with each', async () => {
    const staging = await packaged('staging', {
      MAIL_FROM: 'no-reply@example.com',
      tracing: 'on',
      vpcSubnets: 'subnet-1, subnet-2',
      vpcSecurityGroups: 'sg-1',
    });
    const vpcAccess = { 'Fn::Sub': expect.stringMatching(/AWSLambdaVPCAccessExecutionRole$/) };
    const rolesOf = (name: string) => {
      const role = staging.functions.find(({ FunctionName }) =>
        String(FunctionName).endsWith(`-${name}`),
      )?.Role;
      return staging.resources[(role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0] ?? '']?.Properties;
    };

    for (const name of always) {
      const [own] = staging.functions.filter(({ FunctionName }) => String(FunctionName).endsWith(`-${name}`));
      const inVpc = (asked[name] ?? []).includes('database');
      expect(own?.TracingConfig, name).toEqual({ Mode: 'Active' });
      expect(own?.VpcConfig, name).toEqual(
        inVpc ? { SubnetIds: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] } : undefined,
      );
      expect(rolesOf(name)?.ManagedPolicyArns, name).toEqual(inVpc ? [vpcAccess] : undefined);
      expect(JSON.stringify(allowed(staging, name)), name).toContain('xray:PutTraceSegments');
    }
  }, 120_000);

  test('can leave secrets to CloudFormation, and functions out', async () => {
    const staging = await packaged('staging', {
      MAIL_FROM: 'no-reply@example.com',
      SESSION_SECRETS: '{{resolve:ssm:/elsewhere}}',
      docs: 'none',
      example: 'none',
    });

    expect(staging.environmentOf('auth')).toMatchObject({ SESSION_SECRETS: '{{resolve:ssm:/elsewhere}}' });
    expect(JSON.stringify(allowed(staging, 'auth'))).not.toContain('elsewhere');
    const names = staging.functions.map(({ FunctionName }) => FunctionName);
    expect(names).toHaveLength(always.length - 2);
    expect(names).not.toContain('session-auth-staging-docs');
    const routes = staging.ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey);
    for (const route of ['GET /example', 'ANY /docs', 'ANY /openapi.json'])
      expect(routes).not.toContain(route);
  }, 120_000);
});

describe('the template of the stage dev', () => {
  test('needs no parameter store, and holds no secret either', async () => {
    const dev = await packaged('dev', {}, { STORE: 'postgres', BCRYPT_COST: '10' });

    expect(dev.text).not.toContain('{{resolve:');
    // `npm run dev` does it.
    expect(dev.rules).toEqual([]);
    for (const secret of Object.values(secrets)) expect(dev.text).not.toContain(secret);
    expect(dev.environmentOf('pages')).toMatchObject({
      STAGE: 'dev',
      MONGODB_URI: '',
      DATABASE_URL: '',
      SESSION_SECRETS: '',
      PASSWORD_PEPPER: '',
      PUBLIC_URL: 'http://localhost:3000',
      STORE: 'postgres',
      BCRYPT_COST: '10',
    });
    const routes = dev.ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey);
    expect(routes).toContain('ANY /dev/outbox');
  }, 120_000);
});

describe('the serverless command by itself, without a stage', () => {
  /** Every file that it left, and what stands in each. */
  async function written(): Promise<string> {
    const files = await readdir(join(cwd, packageDir));
    const texts = files.filter((file) => file.endsWith('.json'));
    return (await Promise.all(texts.map((file) => readFile(join(cwd, packageDir, file), 'utf8')))).join();
  }

  test('writes none of the secrets of the shell when it packages', async () => {
    const code = await runServerless({
      args: ['package'],
      env: { PATH, HOME, ...secrets },
      cwd,
      output: 'pipe',
    });

    expect(code).toBe(0);
    const text = await written();
    expect(text).toContain('session-auth-dev-auth');
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
  }, 120_000);

  test('nor when it prints', async () => {
    const child = spawnServerless({ args: ['print'], env: { PATH, HOME, ...secrets }, cwd, output: 'pipe' });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (printed += part));
    await new Promise((resolve) => child.once('close', resolve));

    expect(printed).toContain('functions:');
    for (const secret of Object.values(secrets)) expect(printed).not.toContain(secret);
  }, 120_000);
});

describe('the permission to send', () => {
  test.each([
    ['no-reply@example.com', 'no-reply@example.com', ['no-reply@example.com', 'example.com']],
    [
      ' Example, Inc. <no-reply@mail.example.co.uk> ',
      '"Example, Inc." <no-reply@mail.example.co.uk>',
      ['no-reply@mail.example.co.uk', 'mail.example.co.uk', 'example.co.uk', 'co.uk'],
    ],
    [
      'Grüße <hallo@bücher.example>',
      '=?utf-8?B?R3LDvMOfZQ==?= <hallo@xn--bcher-kva.example>',
      ['hallo@xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ],
  ])(
    'is for %s, for its domain or one above it, in ASCII',
    async (MAIL_FROM, written, identities) => {
      const prod = await packaged('prod', { MAIL_FROM });

      expect(prod.environmentOf('mail').MAIL_FROM).toBe(written);
      const [send] = allowed(prod, 'mail').filter(({ Action }) => listed(Action).includes('ses:SendEmail'));
      const resources = listed(send?.Resource) as { 'Fn::Sub': string }[];
      const kinds = resources.map((each) => each['Fn::Sub'].split('AccountId}:')[1]);
      expect(kinds).toEqual([...identities.map((each) => `identity/${each}`), 'configuration-set/*']);
    },
    120_000,
  );

  test('is for nobody where there is no MAIL_FROM', async () => {
    expect((await packaged('prod')).text).not.toContain('ses:SendEmail');
  });
});
