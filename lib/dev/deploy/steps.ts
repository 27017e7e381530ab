import { databaseVariable, deployableStore } from '../chosen-store.ts';
import { UsageError } from '../command.ts';
import { prepareOn } from '../db-prepare.ts';
import { isFilledIn } from '../service/reference.ts';
import { environmentOf, type Serverless } from '../service/service.ts';
import { agree } from './agree.ts';
import { type Aws, type AwsProvider, openAws } from './aws.ts';
import { buildStage } from './build-stage.ts';
import { changesOf, rotatedUnseen, type StageSettings } from './changes.ts';
import { consequencesOf } from './consequences.ts';
import { apiUrl, type Deployed, readDeployed } from './deployed.ts';
import { readSecrets } from './read-secrets.ts';
import { waitUntilReady } from './readiness.ts';
import { checkSettings, stageEnvironment } from './stage-environment.ts';
import { deleteStrayVersions } from './stray-versions.ts';

interface DeployOptions {
  yes?: boolean;
  force?: boolean;
  function?: string;
}

/** What plugins are given, where they deploy. */
interface Deploying extends Serverless {
  getProvider(name: 'aws'): AwsProvider;
}

/**
 * Shows what changes, asks where that would hurt people, and prepares the database that the functions will use.
 *
 * @param quiet clears what the terminal shows of progress.
 * @throws {UsageError} where nothing may be deployed; nothing is changed then.
 */
export async function beforeDeploy(
  serverless: Deploying,
  options: DeployOptions,
  quiet: () => void,
): Promise<void> {
  const provider = serverless.getProvider('aws');
  const aws = await openAws(provider);
  const stage = provider.getStage();
  const deployed = await readDeployed(aws, provider.naming.getStackName());
  if (deployed?.status.endsWith('_IN_PROGRESS'))
    throw new UsageError(
      `The stage ${stage} is being changed already (${deployed.status}): wait until that is done`,
    );
  const after = await wanted(serverless, aws, deployed);
  checkSettings(after.readable);
  quiet();
  console.log(`deploy: stage ${stage} to ${aws.region}`);
  if (deployed) await show(serverless, { aws, deployed, after, options });
  else console.log('  nothing is deployed there yet');
  // The functions of today's release go on running until the next step is done.
  await prepareOn(after.readable, { besideOlder: true });
  const variable = databaseVariable(deployableStore(after.readable));
  console.log(`db:prepare: the database of ${variable} of the stage ${stage} is prepared`);
  const stray = await deleteStrayVersions(serverless.service, aws.lambda, deployed);
  if (stray > 0) console.log(`  ${stray} versions that no alias names are deleted`);
}

/** @throws {UsageError} where a secret cannot be read. */
async function wanted({ service }: Serverless, aws: Aws, deployed?: Deployed): Promise<StageSettings> {
  const given = stageEnvironment(service, deployed?.apiUrl);
  const unreadable: string[] = [];
  const readable = await readSecrets(aws, given, (message) => unreadable.push(message));
  if (unreadable.length > 0)
    throw new UsageError(`Secrets that the functions would not find:\n${unreadable.join('\n')}`);
  return { given, readable };
}

interface Shown {
  aws: Aws;
  deployed: Deployed;
  after: StageSettings;
  options: DeployOptions;
}

async function show({ service }: Serverless, { aws, deployed, after, options }: Shown): Promise<void> {
  const given = Object.assign({}, ...deployed.functions.values()) as Record<string, string>;
  const before = { given, readable: await readSecrets(aws, given, () => {}) };
  const names = Object.values(service.functions).map(({ name = '' }) => name);
  const lines = [
    ...changesOf(before, after),
    ...names.filter((name) => !deployed.functions.has(name)).map((name) => `  ${name}: new`),
    ...[...deployed.functions.keys()]
      .filter((name) => !names.includes(name))
      .map((name) => `  ${name}: removed`),
  ];
  if (lines.length > 0) console.log(`what changes, beside the code:\n${lines.join('\n')}`);
  else
    console.log(
      'no setting changes. Functions read their secrets themselves: one that was rotated needs no deployment',
    );
  const rotated = rotatedUnseen(before, after);
  if (rotated.length > 0 && !options.force)
    console.log(
      `${rotated.join(', ')}: changed where it is kept. CloudFormation fills it in once something else changes too: deploy with --force`,
    );
  if (isBehindEdge(service) && !options.force)
    console.log(
      'ORIGIN_SECRET_SENT, where it was changed: CloudFront sends the new one once you deploy with --force',
    );
  const consequences = consequencesOf(before.readable, after.readable);
  if (consequences.length > 0) await agree(consequences, options.yes ?? false);
}

/** Behind the edge the API answers nobody at its own address. */
const isBehindEdge = ({ provider }: Serverless['service']) =>
  provider.httpApi?.disableDefaultEndpoint === true;

const edgeHint =
  'The first time with the edge its names lead nowhere yet: point them at the outputs EdgeDomainTarget and EdgeOriginTarget';

/** Waits until the functions answer, and says so in the last line. */
export async function afterDeploy(serverless: Deploying): Promise<void> {
  const provider = serverless.getProvider('aws');
  const { service } = serverless;
  const url = isBehindEdge(service)
    ? stageEnvironment(service).PUBLIC_URL
    : await apiUrl(await openAws(provider), provider.naming.getStackName());
  if (!url) throw new UsageError('Deployed, but the stack has no API: its readiness cannot be asked');
  await waitUntilReady(url, isBehindEdge(service) ? edgeHint : undefined);
  console.log(
    `deployed stage ${provider.getStage()} to ${provider.getRegion()}: ${url} is ready. Next: point your domain there, or look at ${url}/health/ready`,
  );
}

/** For `serverless deploy function`: builds, where that function can be deployed alone. */
export async function beforeFunction(serverless: Serverless, options: DeployOptions): Promise<void> {
  const { service } = serverless;
  const each = service.functions[options.function ?? ''];
  if (each?.targetAlias)
    throw new UsageError(
      'With releases little by little no function is changed alone: people would not get it. Deploy the whole: npm run deploy -- --stage NAME',
    );
  if (each) {
    const filledIn = Object.entries(environmentOf(service, each)).filter(([, value]) => isFilledIn(value));
    if (filledIn.length > 0)
      throw new UsageError(
        `${filledIn.map(([name]) => name).join(', ')}: CloudFormation alone fills that in. Deploy the whole: npm run deploy -- --stage NAME`,
      );
  }
  await buildStage(serverless);
}

/** The role of a function that is deployed alone stays as it is: the Framework would look for it by another name. */
export async function keepRole(serverless: Deploying, options: DeployOptions): Promise<void> {
  const each = serverless.service.functions[options.function ?? ''];
  const { remoteFunctionData } = serverless.service.provider as {
    remoteFunctionData?: { Configuration?: { Role?: string } };
  };
  const role = remoteFunctionData?.Configuration?.Role;
  if (each && role) each.role = role;
}

export async function afterFunction(serverless: Deploying, options: DeployOptions): Promise<void> {
  const stage = serverless.getProvider('aws').getStage();
  console.log(
    `deployed function ${options.function} of stage ${stage}: its code and settings. Roles, routes and all else change by: npm run deploy -- --stage ${stage}`,
  );
}
