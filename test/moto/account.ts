import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import aws4 from 'aws4';

const region = 'eu-central-1';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'an example of a secret key' };

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** The account that moto stands for. */
export class Account {
  readonly cloudFormation: CloudFormationClient;
  readonly lambda: LambdaClient;
  readonly parameters: SSMClient;
  /** What leads a program to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    const config = { region, credentials, endpoint: url };
    this.cloudFormation = new CloudFormationClient(config);
    this.lambda = new LambdaClient(config);
    this.parameters = new SSMClient(config);
    this.environment = {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
  }

  /** Asks a service that has no client here. @throws where it does not answer 200. */
  async ask(service: string, path: string, init: Asked = {}): Promise<Response> {
    const { method = 'GET', body = '', headers = {} } = init;
    const { host } = new URL(this.url);
    const signed = aws4.sign(
      { service, region, host, path, method, body, headers: { ...headers } },
      credentials,
    );
    const answer = await fetch(this.url + path, {
      ...init,
      headers: signed.headers as Record<string, string>,
    });
    if (!answer.ok) throw new Error(`${service} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /** The resources of a stack: physical ids and types, by logical id. */
  async resources(StackName: string): Promise<Map<string, { id: string; type: string }>> {
    const found = new Map<string, { id: string; type: string }>();
    for await (const page of paginateListStackResources({ client: this.cloudFormation }, { StackName }))
      for (const {
        LogicalResourceId,
        PhysicalResourceId = '',
        ResourceType = '',
      } of page.StackResourceSummaries ?? [])
        found.set(LogicalResourceId ?? '', { id: PhysicalResourceId, type: ResourceType });
    return found;
  }

  /** Asks a service that takes JSON by the name of what is asked. @throws where it does not answer 200. */
  async askJson<T>(service: string, target: string, body: object = {}): Promise<T> {
    const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' };
    const answer = await this.ask(service, '/', { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as T;
  }

  /** What belongs to an API: its routes, integrations or authorizers. */
  async ofApi<T>(apiId: string | undefined, what: string): Promise<T[]> {
    const answer = await this.ask('apigateway', `/v2/apis/${apiId}/${what}`);
    return ((await answer.json()) as { items: T[] }).items;
  }

  /** The names of all groups of logs, sorted. */
  async logGroups(): Promise<string[]> {
    const { logGroups } = await this.askJson<{ logGroups: { logGroupName: string }[] }>(
      'logs',
      'Logs_20140328.DescribeLogGroups',
    );
    return logGroups.map(({ logGroupName }) => logGroupName).sort();
  }
}
