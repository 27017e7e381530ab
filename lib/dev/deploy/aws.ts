import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';

/** The account that is deployed to, with the credentials of whoever deploys. */
export interface Aws {
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  readonly lambda: LambdaClient;
  readonly parameters: SSMClient;
  readonly secrets: SecretsManagerClient;
}

/** What the Serverless Framework knows of the account. */
export interface AwsProvider {
  getRegion(): string;
  getStage(): string;
  getAwsSdkV3Config(): Promise<object>;
  naming: { getStackName(): string };
}

/** Opens no connection by itself. */
export async function openAws(provider: AwsProvider): Promise<Aws> {
  const config = await provider.getAwsSdkV3Config();
  return {
    region: provider.getRegion(),
    cloudFormation: new CloudFormationClient(config),
    lambda: new LambdaClient(config),
    parameters: new SSMClient(config),
    secrets: new SecretsManagerClient(config),
  };
}
