import {
  type AliasConfiguration,
  DeleteFunctionCommand,
  type LambdaClient,
  ListAliasesCommand,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { live } from '../service/releases.ts';
import type { Service } from '../service/service.ts';
import type { Deployed } from './deployed.ts';

/**
 * Where a stage goes back to releases little by little: deletes the versions that the last time of them has left. Lambda
 * makes no second version of what it has one of, and the deployment would fail at each function that did not change since.
 * What an alias names stays, and so does what is no function of the stack.
 *
 * @returns how many.
 * @throws the SDK's error, where AWS refuses.
 */
export async function deleteStrayVersions(
  { functions }: Service,
  lambda: LambdaClient,
  deployed: Deployed | undefined,
): Promise<number> {
  let count = 0;
  for (const { name: FunctionName = '', targetAlias } of Object.values(functions)) {
    if (!targetAlias || !deployed?.functions.has(FunctionName)) continue;
    const aliases = await aliasesOf(lambda, FunctionName);
    if (aliases === undefined || aliases.some(({ Name }) => Name === live)) continue;
    const named = new Set(aliases.flatMap(versionsOf));
    for await (const page of paginateListVersionsByFunction({ client: lambda }, { FunctionName }))
      for (const { Version = '' } of page.Versions ?? [])
        if (/^\d+$/.test(Version) && !named.has(Version)) {
          await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: Version }));
          count += 1;
        }
  }
  return count;
}

/** Undefined of a function that was removed by hand. */
async function aliasesOf(lambda: LambdaClient, FunctionName: string) {
  try {
    const { Aliases = [] } = await lambda.send(new ListAliasesCommand({ FunctionName }));
    return Aliases;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

const versionsOf = ({ FunctionVersion = '', RoutingConfig }: AliasConfiguration) => [
  FunctionVersion,
  ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}),
];
