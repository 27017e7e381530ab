import { readReference } from '../../aws/secrets/references.ts';
import { deployableStore } from '../chosen-store.ts';
import { UsageError } from '../command.ts';
import { isFilledIn } from './reference.ts';
import { isSecret } from './secret-names.ts';
import { paramsOf, type Serverless, type Value } from './service.ts';

/** What params are, beside settings, is written in small letters. */
const isSetting = (name: string) => /^[A-Z][A-Z0-9_]*$/.test(name);

const stands = 'settings of a deployed stage stand in serverless.yml, under params';

/**
 * Refuses what a deployed stage cannot have, and tells of what this shell says in vain.
 *
 * @returns a line where settings of the shell are ignored.
 * @throws {UsageError}
 */
export function checkStage(
  serverless: Serverless,
  stage: string,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const params = paramsOf(serverless, stage);
  const STORE = deployableStore({ STORE: String(params.STORE) });
  if (env.STORE?.trim() && env.STORE.trim() !== STORE)
    throw new UsageError(
      `STORE=${env.STORE} of this shell contradicts STORE: ${STORE} of the stage ${stage}: ${stands}.${stage}`,
    );
  const given = (serverless.processedInput.options.param ?? []).map((each) => each.split('=')[0] ?? '');
  if (given.length > 0) throw new UsageError(`--param ${given.join(', ')}: ${stands}.${stage}`);
  const plain = Object.keys(params).filter((name) => isSecret(name) && isPlain(params[name]));
  if (plain.length > 0) throw new UsageError(secretsSay(plain, stage));
  const ignored = Object.keys(env).filter(
    (name) => isSetting(name) && (name in params || isSecret(name)) && differs(env[name], params[name]),
  );
  if (ignored.length === 0) return undefined;
  return `ignored, as they are of this shell: ${ignored.sort().join(', ')}. The ${stands}.${stage}`;
}

const differs = (said: string | undefined, param: Value | undefined) =>
  Boolean(said?.trim()) && said?.trim() !== String(param ?? '').trim();

const isPlain = (value: unknown) =>
  String(value ?? '').trim() !== '' && !readReference(value) && !isFilledIn(value);

const secretsSay = (names: readonly string[], stage: string) =>
  `${names.join(', ')}: a secret does not stand in serverless.yml. Keep it in Parameter Store and name it there, such as
  aws ssm put-parameter --type SecureString --name /session-auth/${stage}/${names[0]} --value '…'
  ${names[0]}: ssm:/session-auth/${stage}/${names[0]}`;
