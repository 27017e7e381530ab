/** Where a secret is kept, as a setting says it in place of the value. */
export interface Reference {
  readonly kind: 'ssm' | 'secretsmanager';
  /** Name or ARN. */
  readonly name: string;
  /** Of a secret that is a JSON object, as rotations keep them: which of its values. */
  readonly key?: string;
}

/** One that a variable has. */
export type SecretReference = Reference & { readonly variable: string };

const forms = [
  /^(?<kind>ssm):(?<name>[\w./:-]+)$/,
  /^(?<kind>secretsmanager):(?<name>[\w/+=.@:-]+)(?:#(?<key>[\w.-]+))?$/,
];

/**
 * Reads `ssm:` and a parameter of Parameter Store, or `secretsmanager:` and a secret, with `#` and a key where it is JSON;
 * undefined for anything else.
 */
export function readReference(value: unknown): Reference | undefined {
  const text = String(value ?? '').trim();
  const { kind, name = '', key } = forms.map((form) => form.exec(text)?.groups).find(Boolean) ?? {};
  if (kind !== 'ssm' && kind !== 'secretsmanager') return undefined;
  return { kind, name, ...(key && { key }) };
}

/** The variables that name a secret in place of having it. */
export function secretReferences(environment: NodeJS.ProcessEnv): SecretReference[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    const reference = readReference(value);
    return reference ? { variable, ...reference } : [];
  });
}
