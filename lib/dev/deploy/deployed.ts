import {
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Aws } from './aws.ts';

/** What a stage is now. */
export interface Deployed {
  /** Where its API is reached; undefined where it has none yet. */
  readonly apiUrl: string | undefined;
  /** CloudFormation's word for it, such as `UPDATE_COMPLETE`. */
  readonly status: string;
  /** The environment of each function, by the function's name in AWS. */
  readonly functions: ReadonlyMap<string, Record<string, string>>;
}

/** Reads the stack and the functions that it has; undefined where no function is deployed. */
export async function readDeployed(aws: Aws, StackName: string): Promise<Deployed | undefined> {
  const resources = await resourcesOf(aws, StackName);
  const names = resources
    .filter(({ ResourceType }) => ResourceType === 'AWS::Lambda::Function')
    .flatMap(({ PhysicalResourceId }) => PhysicalResourceId ?? []);
  if (names.length === 0) return undefined;
  const environments = names.map(async (FunctionName) => {
    const answer = await aws.lambda
      .send(new GetFunctionConfigurationCommand({ FunctionName }))
      .catch((error: Error) => {
        // Removed by hand: the stack does not know.
        if (error.name === 'ResourceNotFoundException') return undefined;
        throw error;
      });
    return [FunctionName, answer?.Environment?.Variables ?? {}] as const;
  });
  const stack = await stackOf(aws, StackName);
  return {
    apiUrl: urlIn(stack),
    status: stack?.StackStatus ?? '',
    functions: new Map(await Promise.all(environments)),
  };
}

/** The address of the API itself, of a stack that is there. */
export async function apiUrl(aws: Aws, StackName: string): Promise<string | undefined> {
  return urlIn(await stackOf(aws, StackName));
}

async function stackOf({ cloudFormation }: Aws, StackName: string): Promise<Stack | undefined> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  return Stacks?.[0];
}

const urlIn = (stack: Stack | undefined) =>
  stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'HttpApiUrl')?.OutputValue;

async function resourcesOf(
  { cloudFormation: client }: Aws,
  StackName: string,
): Promise<StackResourceSummary[]> {
  const found: StackResourceSummary[] = [];
  try {
    for await (const page of paginateListStackResources({ client }, { StackName }))
      found.push(...(page.StackResourceSummaries ?? []));
  } catch (error) {
    // "Stack with id … does not exist": it has no code of its own.
    if (!(error instanceof Error && error.message.includes('does not exist'))) throw error;
  }
  return found;
}
