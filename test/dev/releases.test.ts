import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Packaging, startPackaging } from '../support/packaged-template.ts';

type Resources = Record<
  string,
  {
    Type: string;
    DependsOn?: string[];
    DeletionPolicy?: string;
    UpdatePolicy?: unknown;
    Properties: Record<string, unknown>;
  }
>;

let packaging: Packaging;
beforeAll(async () => {
  packaging = await startPackaging();
});
afterAll(() => packaging.end());

/** The resources of a stage with these params. */
async function packaged(params: Record<string, string>): Promise<Resources> {
  return JSON.parse(await packaging.template({ EVENT_BUS: 'auth', STORE: 'postgres', ...params })).Resources;
}

const idsOf = (resources: Resources, type: string) =>
  Object.keys(resources).filter((id) => resources[id]?.Type === type);
const ofType = (resources: Resources, type: string) =>
  Object.values(resources).filter(({ Type }) => Type === type);

/** Every logical id that a value names. */
function referredTo(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String(inner[0])];
    return referredTo(inner);
  });
}

/** What of the API calls functions. */
const callersOf = (resources: Resources) => [
  ...ofType(resources, 'AWS::ApiGatewayV2::Integration'),
  ...ofType(resources, 'AWS::ApiGatewayV2::Authorizer'),
];

const versionIds = (resources: Resources) => idsOf(resources, 'AWS::Lambda::Version').sort();

describe('functions that are released little by little', () => {
  let resources: Resources;
  beforeAll(async () => {
    resources = await packaged({ releases: 'canary' });
  }, 60_000);

  test('have a version and an alias each, that CodeDeploy moves, and back where an alarm goes off', () => {
    const functions = idsOf(resources, 'AWS::Lambda::Function');
    expect(functions).toContain('SweepLambdaFunction');
    expect(functions.length).toBeGreaterThan(10);
    for (const id of functions) {
      const aliases = ofType(resources, 'AWS::Lambda::Alias').filter(
        ({ Properties }) => referredTo(Properties.FunctionName)[0] === id,
      );
      expect(aliases).toHaveLength(1);
      const [version = ''] = referredTo(aliases[0]?.Properties.FunctionVersion);
      expect(resources[version]?.Type).toBe('AWS::Lambda::Version');
      expect(referredTo(resources[version]?.Properties.FunctionName)).toEqual([id]);
      const [application = '', group = ''] = referredTo(aliases[0]?.UpdatePolicy);
      expect(resources[application]?.Properties.ComputePlatform).toBe('Lambda');
      expect(resources[group]).toMatchObject({
        Type: 'AWS::CodeDeploy::DeploymentGroup',
        Properties: {
          ApplicationName: { Ref: application },
          DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
          AlarmConfiguration: {
            Enabled: true,
            Alarms: [{ Name: { Ref: 'FunctionErrorsAlarm' } }, { Name: { Ref: 'ServerErrorsAlarm' } }],
          },
          AutoRollbackConfiguration: {
            Enabled: true,
            Events: expect.arrayContaining(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM']),
          },
        },
      });
    }
  });

  test('are called by their alias alone: by the API, the authorizer, the schedules and those that let them', () => {
    const aliases = new Set(idsOf(resources, 'AWS::Lambda::Alias'));
    const callers = [
      ...ofType(resources, 'AWS::ApiGatewayV2::Integration').map(
        ({ Properties }) => Properties.IntegrationUri,
      ),
      ...ofType(resources, 'AWS::ApiGatewayV2::Authorizer').map(({ Properties }) => Properties.AuthorizerUri),
      ...ofType(resources, 'AWS::Events::Rule').map(({ Properties }) => Properties.Targets),
      ...ofType(resources, 'AWS::Lambda::Permission').map(({ Properties }) => Properties.FunctionName),
    ];

    expect(callers.length).toBeGreaterThan(20);
    for (const caller of callers) {
      const called = referredTo(caller).filter((id) => resources[id]?.Type.startsWith('AWS::Lambda::'));
      expect(called).toHaveLength(1);
      // The alias, or the ARN of the function with its name behind it.
      const byName = JSON.stringify(caller).includes(`{"Fn::GetAtt":["${called[0]}","Arn"]},"live"]`);
      expect([caller, byName || aliases.has(called[0] ?? '')]).toEqual([caller, true]);
    }
  });

  test('keep how mail jobs are repeated', () => {
    const [invoke] = ofType(resources, 'AWS::Lambda::EventInvokeConfig').filter(({ Properties }) =>
      referredTo(Properties.FunctionName).includes('MailLambdaFunction'),
    );
    expect(invoke?.Properties).toMatchObject({
      Qualifier: 'live',
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3600,
    });
  });

  test('are called once the alias is there that does their jobs', () => {
    for (const { DependsOn } of callersOf(resources)) expect(DependsOn).toContain('MailLiveAlias');
  });

  test('can be released again where a release was taken back: Lambda makes no second version of the same', () => {
    for (const { DeletionPolicy } of ofType(resources, 'AWS::Lambda::Version'))
      expect(DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  test('refer to nothing that is not there', () => {
    const there = new Set(Object.keys(resources));
    const missing = Object.values(resources)
      .flatMap((resource) => referredTo(resource))
      .filter((id) => !there.has(id) && !id.startsWith('AWS::'));

    expect([...new Set(missing)]).toEqual(
      ['ServerlessDeploymentBucket', 'AlarmTopic'].filter((id) => !there.has(id)),
    );
  });

  test('have another version where a setting changes, and no other where nothing does', async () => {
    const same = await packaged({ releases: 'canary' });
    const changed = await packaged({ releases: 'canary', APP_NAME: 'Another' });

    expect(versionIds(same)).toEqual(versionIds(resources));
    const versionOf = (of: Resources, name: string) => versionIds(of).filter((id) => id.startsWith(name));
    expect(versionOf(changed, 'Pages')).not.toEqual(versionOf(resources, 'Pages'));
    // It reads no such setting.
    expect(versionOf(changed, 'Sweep')).toEqual(versionOf(resources, 'Sweep'));
  });
});

test('they go a tenth each minute where that is asked for', async () => {
  const groups = ofType(await packaged({ releases: 'linear' }), 'AWS::CodeDeploy::DeploymentGroup');

  expect(new Set(groups.map(({ Properties }) => Properties.DeploymentConfigName))).toEqual(
    new Set(['CodeDeployDefault.LambdaLinear10PercentEvery1Minute']),
  );
});

test('unless it is asked for every deployment replaces the last', async () => {
  const resources = await packaged({});

  for (const type of [
    'Lambda::Version',
    'Lambda::Alias',
    'CodeDeploy::Application',
    'CodeDeploy::DeploymentGroup',
  ])
    expect(idsOf(resources, `AWS::${type}`)).toEqual([]);
  // Roles alone may name the alias.
  const others = Object.values(resources).filter(({ Type }) => Type !== 'AWS::IAM::Role');
  expect(JSON.stringify(others)).not.toMatch(/:live|"live"/);
});

describe.each(['direct', 'canary'])(
  'where a stage goes from one way of releasing to another, by releases: %s',
  (releases) => {
    let resources: Resources;
    beforeAll(async () => {
      resources = await packaged({ releases });
    }, 60_000);

    test('the API calls nothing that it may not call yet', () => {
      const callers = callersOf(resources);
      expect(callers.length).toBeGreaterThan(8);
      for (const { DependsOn = [], Properties } of callers) {
        const permissions = DependsOn.filter((id) => resources[id]?.Type === 'AWS::Lambda::Permission');
        expect(permissions).toHaveLength(1);
        const called = JSON.stringify(Properties.IntegrationUri ?? Properties.AuthorizerUri);
        expect(called).toContain(JSON.stringify(resources[permissions[0] ?? '']?.Properties.FunctionName));
      }
    });

    test('the old and the new may hand over mail jobs, by the alias and without', () => {
      const text = JSON.stringify(ofType(resources, 'AWS::IAM::Role'));
      const invoked = text.match(/function:session-auth-prod-mail[^"]*/g) ?? [];
      expect(invoked.length).toBeGreaterThan(6);
      expect(new Set(invoked)).toEqual(
        new Set(['function:session-auth-prod-mail', 'function:session-auth-prod-mail:live']),
      );
    });

    test('no resource waits for itself', () => {
      const done = new Set<string>();
      const visit = (id: string, path: string[]): void => {
        expect(path).not.toContain(id);
        if (done.has(id) || !resources[id]) return;
        for (const other of [...referredTo(resources[id]), ...[resources[id].DependsOn ?? []].flat()])
          visit(other, [...path, id]);
        done.add(id);
      };
      for (const id of Object.keys(resources)) visit(id, []);
      expect(done.size).toBe(Object.keys(resources).length);
    });
  },
);

test('another word is refused', async () => {
  await expect(packaged({ releases: 'slowly' })).rejects.toThrow();
});
