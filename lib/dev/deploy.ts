import { ConfigError, readConfig } from '../store/read-config.ts';
import { buildHandlers, buildSummary } from './build.ts';
import { databaseVariable, deployableStore } from './chosen-store.ts';
import { optionValue, runIfMain, UsageError } from './command.ts';
import { prepareOn } from './db-prepare.ts';
import { withSender } from './sender.ts';
import { runServerless, withoutSecrets } from './serverless.ts';

/** @throws {UsageError} where no stage is named or one that runs on one machine only. */
function deployedStage(args: readonly string[]): string {
  const stage = optionValue(args, 'stage');
  if (!stage || stage.startsWith('-'))
    throw new UsageError('Which stage? For example: npm run deploy -- --stage prod');
  if (stage === 'dev' || stage === 'test')
    throw new UsageError(
      `Stage ${stage} runs on one machine and serves cookies without Secure: not deployed`,
    );
  return stage;
}

/** @throws {UsageError} where the functions would refuse to start with what this environment sets. */
function checkSettings(stage: string, env: NodeJS.ProcessEnv): void {
  try {
    readConfig({
      ...env,
      STAGE: stage,
      // Lives in SSM, not here; any valid one stands in for it.
      SESSION_SECRETS: 'a stand-in for what the stage reads from SSM',
      // The API's own address where no other is named.
      PUBLIC_URL: env.PUBLIC_URL || 'https://example.com',
    });
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message, { cause: error }) : error;
  }
}

const missing = (variable: string, stage: string) =>
  `${variable} is missing: the database is prepared before the functions change. It is in SSM:
  export ${variable}="$(aws ssm get-parameter --name /session-auth/${stage}/${variable} --query Parameter.Value --output text)"
  npm run deploy -- --stage ${stage}`;

/** Whoever has it in the shell means it to be used, and what stands in a shell gets into no template. */
const mailServer = (stage: string) =>
  `SMTP_URL is in this shell alone. Functions read it from SSM, which is asked for by name:
  aws ssm put-parameter --type String --name /session-auth/${stage}/SMTP_URL --value "$SMTP_URL"
  SMTP_URL_FROM_SSM=true npm run deploy -- --stage ${stage}`;

await runIfMain(import.meta.url, async () => {
  const args = process.argv.slice(2);
  const stage = deployedStage(args);
  const store = deployableStore(process.env);
  const variable = databaseVariable(store);
  if (!process.env[variable]?.trim()) throw new UsageError(missing(variable, stage));
  checkSettings(stage, process.env);
  if (process.env.SMTP_URL?.trim() && process.env.SMTP_URL_FROM_SSM !== 'true')
    throw new UsageError(mailServer(stage));
  const bundles = await buildHandlers({ store });
  console.log(`built for ${store}: ${buildSummary(bundles)}`);
  // The functions of today's release go on running until the next step is done.
  await prepareOn(process.env, { besideOlder: true });
  console.log('db:prepare: the database is prepared');
  const code = await runServerless({
    args: ['deploy', ...args],
    env: { ...withSender(withoutSecrets(process.env)), STORE: store },
    output: 'inherit',
  });
  if (code !== 0)
    throw new UsageError('serverless deploy failed; what it said stands above. It is safe to run again');
  console.log(`deployed stage ${stage}: try /health/ready on the endpoint above`);
});
