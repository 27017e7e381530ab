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

  /** The names of all groups of logs, sorted. */
  async logGroups(): Promise<string[]> {
    const answer = await this.ask('logs', '/', {
      method: 'POST',
      headers: {
        'x-amz-target': 'Logs_20140328.DescribeLogGroups',
        'content-type': 'application/x-amz-json-1.1',
      },
      body: '{}',
    });
    const { logGroups } = (await answer.json()) as { logGroups: { logGroupName: string }[] };
    return logGroups.map(({ logGroupName }) => logGroupName).sort();
  }
}
