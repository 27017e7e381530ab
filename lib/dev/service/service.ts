/** A value of a function's environment: text, or what CloudFormation makes it of. */
export type Value = string | number | boolean | object;

export type Environment = Record<string, Value>;

export interface ServiceFunction {
  /** As it is called in AWS. */
  name?: string;
  environment?: Environment;
  /** The logical id of a role, or what says where one is. */
  role?: unknown;
  events?: { httpApi?: unknown }[];
  tracing?: 'Active';
  /** What events call in place of the function itself. */
  targetAlias?: { name: string; logicalId: string };
  /** Of the version that is deployed, once the Framework has made the template. */
  versionLogicalId?: string;
  vpc?: { subnetIds: string[]; securityGroupIds: string[] };
}

export interface Statement {
  Effect: 'Allow';
  Action: string[];
  Resource: unknown;
}

export interface Resource {
  Type: string;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdatePolicy?: object;
  Properties: {
    Policies?: { PolicyName: string; PolicyDocument: { Version: string; Statement: Statement[] } }[];
    [name: string]: unknown;
  };
}

/** Params that are no settings of functions. */
interface StageParams {
  store: string;
  secretsKey: string;
  docs: string;
  example: string;
  tracing: string;
  vpcSubnets: string;
  vpcSecurityGroups: string;
  releases: string;
}

/** serverless.yml as it is once its variables are filled in. */
export interface Service {
  service: string;
  provider: {
    stage: string;
    environment?: Environment;
    httpApi?: { disableDefaultEndpoint?: boolean };
    compiledCloudFormationTemplate: { Resources: Record<string, Resource> };
  };
  functions: Record<string, ServiceFunction>;
  resources: { Resources: Record<string, Resource>; extensions?: Record<string, object> };
  custom: { stage: StageParams };
}

/** What plugins are given of the Serverless Framework, as far as these use it. */
export interface Serverless {
  service: Service;
  configurationInput: { params?: Record<string, Record<string, Value> | null> };
  processedInput: { commands: string[]; options: { param?: string[] } };
}

/** The role that functions have which name none. */
const plainRole = 'FunctionRole';

/** The params of a stage. */
export function paramsOf({ configurationInput: { params = {} } }: Serverless, stage: string) {
  return { ...params.default, ...params[stage] } as Record<string, Value>;
}

/** The environment that a function gets. */
export const environmentOf = ({ provider }: Service, { environment }: ServiceFunction): Environment => ({
  ...provider.environment,
  ...environment,
});

/** Lets a role of the template do more. */
export function allow(service: Service, role: string, PolicyName: string, ...Statement: Statement[]): void {
  const properties = service.resources.Resources[role]?.Properties;
  properties?.Policies?.push({ PolicyName, PolicyDocument: { Version: '2012-10-17', Statement } });
}

/** An ARN of the account and region that is deployed to. */
export const arnHere = (service: string, resource: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
});

/** What the template calls something of a function. */
export const logicalId = (name: string, kind: string) =>
  `${name.charAt(0).toUpperCase()}${name.slice(1).replace(/[^A-Za-z0-9]/g, '')}${kind}`;

/** The logical id of a function's role, where it is one of the template. */
export function roleOf({ resources }: Service, { role = plainRole }: ServiceFunction): string | undefined {
  return typeof role === 'string' && resources.Resources[role] ? role : undefined;
}
