import { inChunks } from '../../base/in-chunks.ts';
import { AwsError, type CallAws } from './call-aws.ts';
import type { SecretReference } from './references.ts';

/** Thrown where secrets cannot be read: names the variables that name them, and never a value. */
export class SecretsError extends Error {
  override readonly name = 'SecretsError';

  constructor(faults: ReadonlyMap<string, string>, cause?: unknown) {
    const lines = [...faults].map(([variable, what]) => `${variable}: ${what}`);
    super(`secrets cannot be read: ${lines.join('; ')}`, { cause });
  }
}

/** What Parameter Store gives at once. */
const parametersAtOnce = 10;

/**
 * Reads every secret that is named, each once, all at the same time.
 *
 * @returns by variable, in the order of the references.
 * @throws {SecretsError} that names every variable whose secret is not there, is empty, may not be read, or did not come in time.
 */
export async function readSecrets(
  references: readonly SecretReference[],
  callAws: CallAws,
): Promise<Record<string, string>> {
  // Each has its place from the beginning: which answer comes first is no change.
  const values = Object.fromEntries(references.map(({ variable }) => [variable, '']));
  const faults = new Map<string, string>();
  let cause: unknown;

  async function reading(asked: readonly SecretReference[], read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      cause = error;
      for (const { variable } of asked) faults.set(variable, whatToDo(error));
    }
  }

  async function readParameters(asked: readonly SecretReference[]): Promise<void> {
    const Names = [...new Set(asked.map(({ name }) => name))];
    const answer = await callAws('ssm', 'GetParameters', { Names, WithDecryption: true });
    const found = new Map(
      (answer.Parameters as { Name: string; ARN: string; Selector?: string; Value: string }[]).flatMap(
        // As it may have been asked for; the selector is a version, or a label of one.
        ({ Name, ARN, Selector = '', Value }) => [Name, ARN].map((name) => [name + Selector, Value] as const),
      ),
    );
    for (const { variable, name } of asked) {
      const value = found.get(name);
      if (value === undefined) faults.set(variable, 'Parameter Store has no such parameter: put it there');
      else values[variable] = value;
    }
  }

  async function readSecret(SecretId: string, asked: readonly SecretReference[]): Promise<void> {
    const { SecretString } = await callAws('secretsmanager', 'GetSecretValue', { SecretId });
    for (const { variable, key } of asked) {
      const value = textIn(SecretString, key);
      if (value === undefined)
        faults.set(variable, key === undefined ? 'the secret is no text' : 'the secret has no such key');
      else values[variable] = value;
    }
  }

  const parameters = references.filter(({ kind }) => kind === 'ssm');
  const secrets = references.filter(({ kind }) => kind === 'secretsmanager');
  const names = [...new Set(secrets.map(({ name }) => name))];
  await Promise.all([
    ...inChunks(parameters, parametersAtOnce).map((chunk) => reading(chunk, () => readParameters(chunk))),
    ...names.map((name) => {
      const asked = secrets.filter((each) => each.name === name);
      return reading(asked, () => readSecret(name, asked));
    }),
  ]);
  // It would count as unset, and what needs it, such as ORIGIN_SECRET, would be off without a word.
  for (const [variable, value] of Object.entries(values))
    if (value.trim() === '' && !faults.has(variable))
      faults.set(variable, 'the secret is empty: put it there');
  if (faults.size > 0) throw new SecretsError(faults, cause);
  return values;
}

/**
 * The text of a secret, or of one key of its JSON; a number there, such as a port, as text.
 *
 * @returns undefined where there is no such text.
 * @throws {SyntaxError} where a key is asked for, and it is no JSON. Its message quotes it.
 */
export function valueIn(secret: unknown, key: string | undefined): string | undefined {
  const value = key === undefined ? secret : JSON.parse(String(secret))?.[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function textIn(secret: unknown, key: string | undefined): string | undefined {
  try {
    return valueIn(secret, key);
  } catch {
    return undefined;
  }
}

function whatToDo(error: unknown): string {
  const code = error instanceof AwsError ? error.code : undefined;
  if (code === 'AccessDeniedException')
    return "this function's role may not read it, or its key: deploy again, or grant it";
  if (code === 'ResourceNotFoundException') return 'Secrets Manager has no such secret: put it there';
  return code ?? 'AWS did not answer in time: is there a way to it from here?';
}
