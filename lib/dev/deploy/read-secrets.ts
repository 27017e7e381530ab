import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { valueIn } from '../../aws/secrets/read-secrets.ts';
import { type Reference, readReference } from '../../aws/secrets/references.ts';
import { UsageError } from '../command.ts';
import { readFilledIn } from '../service/reference.ts';
import type { Aws } from './aws.ts';

/** A function's environment with what it refers to in its place; undefined for what cannot be read. */
export type Readable = Record<string, string | undefined>;

/**
 * Reads what an environment refers to, as the function or CloudFormation will.
 *
 * @param onUnreadable is told of each that cannot be read, in a message without any value.
 */
export async function readSecrets(
  aws: Aws,
  environment: Readonly<Record<string, string>>,
  onUnreadable: (message: string) => void,
): Promise<Readable> {
  const entries = Object.entries(environment).map(async ([name, value]) => {
    const reference = readReference(value) ?? readFilledIn(value);
    if (!reference) return [name, value];
    try {
      const secret = await readSecret(aws, reference);
      if (secret.trim() === '') throw new UsageError('is empty');
      return [name, secret];
    } catch (error) {
      onUnreadable(`  ${name}: ${whyNot(error, reference, aws)}`);
      return [name, undefined];
    }
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function readSecret(aws: Aws, { kind, name, key }: Reference): Promise<string> {
  if (kind === 'ssm') {
    const { Parameter } = await aws.parameters.send(
      new GetParameterCommand({ Name: name, WithDecryption: true }),
    );
    return Parameter?.Value ?? '';
  }
  const { SecretString = '' } = await aws.secrets.send(new GetSecretValueCommand({ SecretId: name }));
  const value = valueIn(SecretString, key);
  if (value === undefined) throw new UsageError(`has no "${key}" that is text`);
  return value;
}

/** Never quotes what was read: a message of JSON.parse does. */
function whyNot(error: unknown, { kind, name }: Reference, { region }: Aws): string {
  const place = `${kind}:${name} in ${region}`;
  if (error instanceof UsageError) return `${place} ${error.message}`;
  if (error instanceof SyntaxError) return `${place} is no JSON`;
  const code = error instanceof Error ? error.name : String(error);
  if (code !== 'ParameterNotFound' && code !== 'ResourceNotFoundException')
    return `${place} cannot be read (${code})`;
  const make =
    kind === 'ssm'
      ? `aws ssm put-parameter --region ${region} --type SecureString --name ${name} --value '…'`
      : `aws secretsmanager create-secret --region ${region} --name ${name} --secret-string '…'`;
  return `${place} is not there. To make it:\n    ${make}`;
}
