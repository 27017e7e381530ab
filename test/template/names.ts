/** A template's resources, by logical id. */
export type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;

const region = 'us-east-1';
const account = '123456789012';
const stack = 'session-auth-prod';
/** What AWS ends names and ids by that it makes itself. */
const random = '1ABCDEFGHIJKL';

export const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
const ofApi = (path: string) => `arn:aws:apigateway:${region}::${path}`;
const global = (service: string, resource: string) => `arn:aws:${service}::${account}:${resource}`;

/** The property that names a resource in AWS; without one, or where it is not given, CloudFormation names it by the stack. */
const nameProperty: Record<string, string> = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::CodeDeploy::Application': 'ApplicationName',
  'AWS::CodeDeploy::DeploymentGroup': 'DeploymentGroupName',
  'AWS::CloudFront::Function': 'Name',
  'AWS::ApiGatewayV2::DomainName': 'DomainName',
};

type Named = (name: string, properties: Record<string, unknown>) => string[];
const ofFunction: Named = (_name, { FunctionName }) => [functionArn(FunctionName)];
const functionArn = (name: unknown) =>
  String(name).startsWith('arn:') ? String(name) : arn('lambda', `function:${name}`);
const belowApi: Named = () => [ofApi('/apis/a1b2c3/routes'), ofApi('/apis/a1b2c3/routes/d4e5f6')];

/** What IAM calls a resource, by its type. Those of another service that its making takes are not among them. */
const arnsByType: Record<string, Named> = {
  'AWS::Lambda::Function': (name) => [arn('lambda', `function:${name}`)],
  'AWS::Lambda::Version': (_name, { FunctionName }) => [
    functionArn(FunctionName),
    `${functionArn(FunctionName)}:1`,
  ],
  'AWS::Lambda::Alias': (_name, { FunctionName, Name }) => [
    functionArn(FunctionName),
    `${functionArn(FunctionName)}:${Name}`,
  ],
  'AWS::Lambda::Permission': ofFunction,
  'AWS::Lambda::EventInvokeConfig': ofFunction,
  'AWS::Logs::LogGroup': (name) => [arn('logs', `log-group:${name}`), arn('logs', `log-group:${name}:*`)],
  'AWS::SQS::Queue': (name) => [arn('sqs', name)],
  'AWS::CloudWatch::Alarm': (name) => [arn('cloudwatch', `alarm:${name}`)],
  'AWS::CloudWatch::Dashboard': (name) => [global('cloudwatch', `dashboard/${name}`)],
  'AWS::Events::Rule': (name) => [arn('events', `rule/${name}`)],
  'AWS::IAM::Role': (name) => [global('iam', `role/${name}`)],
  'AWS::S3::Bucket': (name) => [`arn:aws:s3:::${name}`],
  'AWS::S3::BucketPolicy': (_name, { Bucket }) => [`arn:aws:s3:::${Bucket}`],
  'AWS::CodeDeploy::Application': (name) => [arn('codedeploy', `application:${name}`)],
  'AWS::CodeDeploy::DeploymentGroup': (name, { ApplicationName }) => [
    arn('codedeploy', `deploymentgroup:${ApplicationName}/${name}`),
  ],
  'AWS::ApiGatewayV2::Api': () => [ofApi('/apis'), ofApi('/apis/a1b2c3')],
  'AWS::ApiGatewayV2::Stage': belowApi,
  'AWS::ApiGatewayV2::Authorizer': belowApi,
  'AWS::ApiGatewayV2::Integration': belowApi,
  'AWS::ApiGatewayV2::Route': belowApi,
  'AWS::ApiGatewayV2::DomainName': (name) => [ofApi('/domainnames'), ofApi(`/domainnames/${name}`)],
  'AWS::ApiGatewayV2::ApiMapping': (_name, { DomainName }) => [
    ofApi(`/domainnames/${DomainName}/apimappings`),
  ],
  'AWS::CloudFront::Distribution': () => [global('cloudfront', `distribution/E${random}`)],
  'AWS::CloudFront::CachePolicy': () => [global('cloudfront', `cache-policy/${random}`)],
  'AWS::CloudFront::Function': (name) => [global('cloudfront', `function/${name}`)],
};

/** @throws {Error} for a type that this does not know. */
export function arnsOf(resources: Resources, id: string): string[] {
  const { Type = '', Properties = {} } = resources[id] ?? {};
  const arns = arnsByType[Type];
  if (!arns) throw new Error(`${Type}: how IAM calls it is not known to names.ts`);
  const properties = Object.fromEntries(
    Object.entries(Properties).map(([name, value]) => [name, textOf(resources, value)]),
  );
  return arns(nameOf(resources, id), properties);
}

function nameOf(resources: Resources, id: string): string {
  const { Type = '', Properties = {} } = resources[id] ?? {};
  const name = Properties[nameProperty[Type] ?? ''];
  if (typeof name === 'string') return name;
  const made = `${stack}-${id}-${random}`;
  return Type === 'AWS::S3::Bucket' ? made.toLowerCase() : made;
}

/** What a value of a template is once it is filled in, as far as names are made of it. */
function textOf(resources: Resources, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [[key, inner] = []] = Object.entries(value);
  if (key === 'Ref')
    return resources[inner]?.Type === 'AWS::Lambda::Alias'
      ? arnsOf(resources, inner).at(-1)
      : nameOf(resources, inner);
  if (key === 'Fn::GetAtt' && inner[1] === 'Arn') return arnsOf(resources, inner[0])[0];
  if (key === 'Fn::Join')
    return inner[1].map((each: unknown) => textOf(resources, each)).join(String(inner[0]));
  return value;
}

/** What a deployment does beside what CloudFormation's types ask for: action, and on what. */
export function stepsOf(resources: Resources): [string, string][] {
  const idsOf = (type: string) => Object.keys(resources).filter((id) => resources[id]?.Type === type);
  const arns = (type: string) => idsOf(type).flatMap((id) => arnsOf(resources, id));
  const on = (actions: string[], to: string[]) =>
    actions.flatMap((action) => to.map((each): [string, string] => [action, each]));
  const secrets = [...JSON.stringify(resources).matchAll(/ssm:\/([\w/-]+)/g)].map(([, name]) =>
    arn('ssm', `parameter/${name}`),
  );
  const functions = arns('AWS::Lambda::Function');
  return [
    ...on(
      [
        ...['CreateChangeSet', 'DescribeChangeSet', 'ExecuteChangeSet', 'DeleteChangeSet', 'CreateStack'],
        ...['UpdateStack', 'DeleteStack', 'DescribeStacks', 'DescribeStackEvents', 'ListStackResources'],
        ...['DescribeStackResource', 'DescribeStackResources', 'GetTemplate', 'SetStackPolicy'],
      ].map((action) => `cloudformation:${action}`),
      [arn('cloudformation', `stack/${stack}/11111111-2222-3333-4444-555555555555`)],
    ),
    ...on(
      ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'],
      arns('AWS::S3::Bucket').map((each) => `${each}/serverless/a.zip`),
    ),
    ...on(['ssm:GetParameters'], secrets),
    ...on(
      ['apigateway:TagResource', 'apigateway:UntagResource'],
      [ofApi('/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapis%2Fa1b2c3')],
    ),
    ...on(['iam:PassRole'], arns('AWS::IAM::Role')),
    ...on(['lambda:GetFunction', 'lambda:ListAliases', 'lambda:ListVersionsByFunction'], functions),
    ...on(
      ['lambda:DeleteFunction'],
      functions.map((each) => `${each}:1`),
    ),
    ...on(
      ['codedeploy:CreateDeployment', 'codedeploy:GetDeployment'],
      arns('AWS::CodeDeploy::DeploymentGroup'),
    ),
    ...on(['codedeploy:RegisterApplicationRevision'], arns('AWS::CodeDeploy::Application')),
    ...idsOf('AWS::CodeDeploy::DeploymentGroup').flatMap((id) =>
      on(
        ['codedeploy:GetDeploymentConfig'],
        [arn('codedeploy', `deploymentconfig:${resources[id]?.Properties?.DeploymentConfigName}`)],
      ),
    ),
  ];
}
