import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tallies } from '../../lib/base/tallies.ts';
import { packageService, templateFile } from '../../lib/dev/package.ts';
import { testContext } from '../support/events.ts';
import { testInstances } from '../support/instances.ts';

const root = resolve(import.meta.dirname, '../..');
const { start } = testInstances('alarms');

/** What the files need of the service that they are part of. */
const service = `
service: session-auth
frameworkVersion: "^4.3.1"
plugins: [./lib/dev/service/keep-logs.mjs]
params: { default: { alarmTopic: "\${env:ALARM_TOPIC, ''}" } }
provider: { name: aws, runtime: nodejs24.x, logRetentionInDays: 30 }
package: { individually: true, patterns: ["!**"] }
functions:
  health:
    handler: dist/health.handler
    package: { patterns: [dist/health.mjs] }
    events: [{ httpApi: "ANY /health/{proxy+}" }]
resources:
  - Resources: { MailDeadLetters: { Type: "AWS::SQS::Queue" } }
  - \${file(lib/aws/template/alarms.yml)}
  - \${file(lib/aws/template/dashboard.yml)}
`;

interface Template {
  Parameters: Record<string, { Type: string; Default: string }>;
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> } & Record<string, unknown>>;
}

/** A metric that is looked at, however it is written. */
interface Watched {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name: string; Value: unknown }[];
}

const ownNames = [
  ...tallies,
  'requests',
  'milliseconds',
  'databaseMilliseconds',
  'databaseRoundTrips',
  'coldStarts',
];
const ownNamespace = 'session-auth/prod';
let cwd: string;
let template: Template;

async function packaged(env: NodeJS.ProcessEnv = {}): Promise<Template> {
  const { PATH, HOME } = process.env;
  await packageService({ args: ['--stage', 'prod'], env: { PATH, HOME, ...env }, cwd });
  return JSON.parse(await readFile(join(cwd, templateFile), 'utf8'));
}

const ofType = (type: string) => Object.values(template.Resources).filter(({ Type }) => Type === type);
const alarms = () => ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);

/** Every metric that an alarm watches. */
const watched = (alarm: Record<string, unknown>): Watched[] => {
  const { Metrics = [] } = alarm as { Metrics?: { MetricStat?: { Metric: Watched } }[] };
  return [
    alarm as Watched,
    ...Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : [])),
  ].filter(({ Namespace }) => Namespace !== undefined);
};

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'alarms-'));
  await Promise.all(
    ['lib/aws/template', 'lib/dev', 'dist'].map((dir) => mkdir(join(cwd, dir), { recursive: true })),
  );
  await cp(join(root, 'lib/aws/template'), join(cwd, 'lib/aws/template'), { recursive: true });
  await cp(join(root, 'lib/dev/service/keep-logs.mjs'), join(cwd, 'lib/dev/service/keep-logs.mjs'));
  await writeFile(join(cwd, 'dist/health.mjs'), 'export const handler = async () => ({});');
  await writeFile(join(cwd, 'serverless.yml'), service);
  template = await packaged();
}, 120_000);
afterAll(() => rm(cwd, { recursive: true, force: true }));

describe('the alarms', () => {
  test('watch what goes wrong: answers 5xx, throttles, dead letters, lost jobs, the database, readiness, guesses', () => {
    const names = alarms().map(({ AlarmName }) => String(AlarmName).replace('session-auth-prod-', ''));

    expect(names.sort()).toEqual(
      [
        ...['server-errors', 'throttles', 'function-errors', 'dead-letters', 'lost-mail-jobs'],
        ...['database-refusals', 'database-outages', 'not-ready', 'lockouts'],
      ].sort(),
    );
  });

  test('name metrics that the functions write, and functions that there are', async () => {
    const handlers = (await readdir(join(root, 'handlers'))).map((file) => basename(file, '.ts'));
    const own = alarms().flatMap(watched);

    expect(own.length).toBeGreaterThan(15);
    for (const { Namespace, MetricName, Dimensions } of own) {
      if (Namespace === 'AWS/Lambda')
        expect(handlers.map((name) => `session-auth-prod-${name}`)).toContain(Dimensions?.[0]?.Value);
      else if (!Namespace?.startsWith('AWS/')) {
        expect(Namespace).toBe(ownNamespace);
        expect(tallies).toContain(MetricName);
        // As they are written: without one.
        expect(Dimensions).toBeUndefined();
      }
    }
  });

  test('are silent where nothing happens, and say what to do', () => {
    for (const { TreatMissingData, AlarmDescription } of alarms()) {
      expect(TreatMissingData).toBe('notBreaching');
      expect(String(AlarmDescription)).toMatch(/^.{20,}\.$/);
    }
  });

  test('go to a topic where one is named, and nowhere else', async () => {
    const toTopic = [{ 'Fn::If': ['HasAlarmTopic', { Ref: 'AlarmTopic' }, { Ref: 'AWS::NoValue' }] }];

    for (const { AlarmActions, OKActions } of alarms())
      expect([AlarmActions, OKActions]).toEqual([toTopic, toTopic]);
    expect(template.Parameters.AlarmTopic).toMatchObject({ Type: 'String', Default: '' });
    const topic = 'arn:aws:sns:eu-central-1:123456789012:on-call';
    expect((await packaged({ ALARM_TOPIC: topic })).Parameters.AlarmTopic?.Default).toBe(topic);
  }, 120_000);
});

test('readiness is asked each minute, by an event that the function takes', async () => {
  const [rule] = ofType('AWS::Events::Rule');
  const { ScheduleExpression, Targets } = (rule?.Properties ?? {}) as {
    ScheduleExpression: string;
    Targets: { Arn: unknown; Input: string }[];
  };
  const event = JSON.parse(Targets[0]?.Input ?? '');

  expect(ScheduleExpression).toBe('rate(1 minute)');
  expect(Targets[0]?.Arn).toEqual({ 'Fn::GetAtt': ['HealthLambdaFunction', 'Arn'] });
  const answer = await start().handlers.health(event, testContext());
  expect(answer).toMatchObject({ statusCode: 200, body: expect.stringMatching(/.+/) });
});

test('the dashboard shows metrics that the functions write', () => {
  const [dashboard] = ofType('AWS::CloudWatch::Dashboard');
  const { 'Fn::Sub': text } = (dashboard?.Properties.DashboardBody ?? {}) as { 'Fn::Sub': string };
  const body = JSON.parse(text) as {
    widgets: { x: number; y: number; properties: { title: string; metrics: unknown[][] } }[];
  };
  const metrics = body.widgets.flatMap(({ properties }) => properties.metrics);
  const named = metrics.filter(([namespace]) => namespace === ownNamespace).map(([, name]) => String(name));
  const searched = metrics
    .map((metric) => (metric[0] as { expression?: string }).expression ?? '')
    .filter((expression) => expression.includes(`"${ownNamespace}"`))
    .flatMap((expression) => [...expression.matchAll(/MetricName="(\w+)"/g)].map(([, name]) => String(name)));

  expect(new Set(body.widgets.map(({ x, y }) => `${x},${y}`)).size).toBe(body.widgets.length);
  // All but those that the log alone tells well enough.
  expect([...new Set([...named, ...searched, 'databaseRoundTrips'])].sort()).toEqual([...ownNames].sort());
});

test('logs stay when the stack is removed, and a stack that never came to be leaves none', () => {
  const groups = ofType('AWS::Logs::LogGroup');

  expect(groups.length).toBeGreaterThan(0);
  for (const group of groups)
    expect(group).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { RetentionInDays: 30 },
    });
});
