import {
  DeleteFunctionCommand,
  type LambdaClient,
  ListAliasesCommand,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import type { Service } from '../service/service.ts';

/**
 * Where a stage goes back to releases little by little: deletes the versions that the last time of them has left. Lambda
 * makes no second version of what it has one of, and the deployment would fail at each function that did not change since.
 *
 * @throws the SDK's error, where AWS refuses.
 */
export async function deleteStrayVersions({ functions }: Service, lambda: LambdaClient): Promise<void> {
  for (const { name: FunctionName, targetAlias } of Object.values(functions))
    if (targetAlias && FunctionName && (await hasNoAlias(lambda, FunctionName)))
      for await (const { Versions = [] } of paginateListVersionsByFunction(
        { client: lambda },
        { FunctionName },
      ))
        for (const { Version } of Versions)
          if (Version !== '$LATEST')
            await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: Version }));
}

/** Of a function that is there. */
async function hasNoAlias(lambda: LambdaClient, FunctionName: string): Promise<boolean> {
  try {
    const { Aliases = [] } = await lambda.send(new ListAliasesCommand({ FunctionName }));
    return Aliases.length === 0;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return false;
    throw error;
  }
}
