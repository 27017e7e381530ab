import { UsageError } from '../command.ts';
import { logicalId, type Resource, type Serverless, type Service } from './service.ts';

type Resources = Record<string, Resource>;

/** What the param `releases` says, and how CodeDeploy calls it; `direct` replaces every function at once. */
const configurations: Record<string, string> = {
  direct: '',
  canary: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
  linear: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
};

/** The alias of the version that people get. */
export const live = 'live';

/** Versions of a function that are kept, beside those that an alias names. */
const keptVersions = 5;

/** Those that tell of a bad release; the others tell of the database, of mail, or of callers. */
const alarms = ['FunctionErrorsAlarm', 'ServerErrorsAlarm'];

const aliasId = (name: string) => logicalId(name, 'LiveAlias');
const isReleasing = ({ custom }: Service) => custom.stage.releases !== 'direct';

/**
 * Where functions are released little by little, each deployment makes a version of them, and an alias says which one people
 * get. The Framework has whatever calls a function call its alias then.
 *
 * @throws {UsageError} for another word than those there are.
 */
export function prepareReleases(service: Service): void {
  const { releases } = service.custom.stage;
  if (!Object.hasOwn(configurations, releases))
    throw new UsageError(`releases: ${releases} is none of ${Object.keys(configurations).join(', ')}`);
  if (!isReleasing(service)) return;
  Object.assign(service.provider, {
    versionFunctions: true,
    pruneFunctionVersions: { number: keptVersions },
  });
  for (const [name, each] of Object.entries(service.functions))
    each.targetAlias = { name: live, logicalId: aliasId(name) };
}

/** Adds to the template what moves people from one version to the next, and back where an alarm goes off. */
export function addReleases({ service }: Serverless): void {
  const { Resources } = service.provider.compiledCloudFormationTemplate;
  if (isReleasing(service)) release(service, Resources);
  // So that a stage can go from one way of releasing to another and people notice nothing.
  letBeforeCalling(Resources);
}

function release(service: Service, Resources: Resources): void {
  Object.assign(Resources, application);
  for (const [name, { versionLogicalId: version = '' }] of Object.entries(service.functions)) {
    const group = logicalId(name, 'LiveReleases');
    // One that was rolled back would stand in the way of the next try: Lambda makes no second version of the same.
    Object.assign(Resources[version] ?? {}, { DeletionPolicy: 'RetainExceptOnCreate' });
    Resources[group] = groupOf(service.custom.stage.releases);
    Resources[aliasId(name)] = {
      Type: 'AWS::Lambda::Alias',
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: 'Releases' },
          DeploymentGroupName: { Ref: group },
        },
      },
      Properties: {
        FunctionName: Resources[version]?.Properties.FunctionName,
        FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
        Name: live,
      },
    };
  }
  askLive(Resources);
}

const groupOf = (releases: string): Resource => ({
  Type: 'AWS::CodeDeploy::DeploymentGroup',
  Properties: {
    ApplicationName: { Ref: 'Releases' },
    ServiceRoleArn: { 'Fn::GetAtt': ['ReleasesRole', 'Arn'] },
    DeploymentConfigName: configurations[releases],
    DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
    AlarmConfiguration: { Enabled: true, Alarms: alarms.map((Ref) => ({ Name: { Ref } })) },
    AutoRollbackConfiguration: {
      Enabled: true,
      Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
    },
  },
});

/** Readiness is asked of the version that people get. */
function askLive(Resources: Resources): void {
  const arn = { Ref: aliasId('health') };
  const targets = Resources.ReadinessProbe?.Properties.Targets as { Arn: unknown }[] | undefined;
  for (const target of targets ?? []) target.Arn = arn;
  if (Resources.ReadinessProbePermission) Resources.ReadinessProbePermission.Properties.FunctionName = arn;
}

/** Of the API: what it calls it may call before, and what is called finds the function that does its jobs. */
function letBeforeCalling(Resources: Resources): void {
  const permissions = Object.entries(Resources).filter(
    ([, { Type, Properties }]) =>
      Type === 'AWS::Lambda::Permission' && Properties.Principal === 'apigateway.amazonaws.com',
  );
  for (const caller of Object.values(Resources)) {
    const called = JSON.stringify(caller.Properties?.IntegrationUri ?? caller.Properties?.AuthorizerUri);
    if (!called) continue;
    const before = permissions
      .filter(([, { Properties }]) => called.includes(JSON.stringify(Properties.FunctionName)))
      .map(([id]) => id);
    const jobs = Resources[aliasId('mail')] ? [aliasId('mail')] : [];
    caller.DependsOn = [...new Set([caller.DependsOn ?? [], before, jobs].flat())];
  }
}

const application: Resources = {
  Releases: { Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } },
  ReleasesRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      ManagedPolicyArns: [
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in.
        { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited' },
      ],
    },
  },
};
