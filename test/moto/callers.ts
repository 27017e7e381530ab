import {
  GetPolicyCommand,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import type { Account } from './account.ts';

/** By which qualifiers functions are called: what of AWS calls them, or may, and the qualifier; none is the function itself. */
export async function qualifiers(account: Account, stack: string): Promise<Map<string, Set<string>>> {
  const resources = [...(await account.resources(stack)).values()];
  const idsOf = (wanted: string) => resources.filter(({ type }) => type === wanted).map(({ id }) => id);
  const [api] = idsOf('AWS::ApiGatewayV2::Api');
  const found = new Map<string, Set<string>>();
  const add = (what: string, arn: string) => {
    const [, name = ''] = arn.split(':function:');
    const [, qualifier = ''] = name.replace(/\/invocations$/, '').split(':');
    found.set(what, (found.get(what) ?? new Set()).add(qualifier));
  };
  for (const { integrationUri } of await account.ofApi<{ integrationUri: string }>(api, 'integrations'))
    add('integration', integrationUri);
  for (const id of idsOf('AWS::ApiGatewayV2::Authorizer')) {
    const answer = await account.ask('apigateway', `/v2/apis/${api}/authorizers/${id}`);
    add('authorizer', ((await answer.json()) as { authorizerUri: string }).authorizerUri);
  }
  for (const Rule of idsOf('AWS::Events::Rule')) {
    const { Targets } = await account.askJson<{ Targets: { Arn: string }[] }>(
      'events',
      'AWSEvents.ListTargetsByRule',
      { Rule },
    );
    for (const { Arn } of Targets) add('schedule', Arn);
  }
  for (const FunctionName of idsOf('AWS::Lambda::Function')) {
    const policy = await account.lambda.send(new GetPolicyCommand({ FunctionName })).catch((error: Error) => {
      // `mail` may be called by the others alone, whose roles say so.
      if (error.name !== 'ResourceNotFoundException') throw error;
    });
    const { Statement = [] } = JSON.parse(policy?.Policy ?? '{}') as { Statement?: { Resource: string }[] };
    for (const { Resource } of Statement) add('permission', Resource);
  }
  return found;
}

interface Released {
  /** Numbers of the versions that there are. */
  versions: string[];
  /** The version of each alias, by its name. */
  aliases: Record<string, string | undefined>;
}

/** Versions and aliases of the functions that there are, by the function's name. */
export async function released({ lambda }: Account): Promise<Map<string, Released>> {
  const found = new Map<string, Released>();
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {}))
    for (const { FunctionName = '' } of Functions) {
      const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
      const { Aliases = [] } = await lambda.send(new ListAliasesCommand({ FunctionName }));
      found.set(FunctionName, {
        versions: Versions.map(({ Version = '' }) => Version).filter((version) => version !== '$LATEST'),
        aliases: Object.fromEntries(Aliases.map(({ Name, FunctionVersion }) => [Name, FunctionVersion])),
      });
    }
  return found;
}
