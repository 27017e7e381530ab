/** Where a secret is kept, as a setting says it in place of its value. */
export interface Reference {
  readonly kind: 'ssm' | 'secretsmanager';
  /** Name or ARN. */
  readonly name: string;
  /** Of a secret that is JSON: the field that is meant. */
  readonly key?: string;
}

/** Reads `ssm:NAME` and `secretsmanager:NAME-OR-ARN#KEY`, as functions do; undefined for anything else. */
export function readReference(value: unknown): Reference | undefined {
  const [, kind, rest = ''] = /^(ssm|secretsmanager):(.+)$/.exec(String(value ?? '').trim()) ?? [];
  if (kind === 'ssm') return { kind, name: rest };
  if (kind !== 'secretsmanager') return undefined;
  const [name = '', key] = rest.split('#', 2);
  return key ? { kind, name, key } : { kind, name };
}

/** True for what CloudFormation fills in while it deploys, such as `{{resolve:ssm:NAME}}`. */
export const isFilledIn = (value: unknown) => typeof value === 'string' && value.includes('{{resolve:');

/** Where CloudFormation finds what it fills in, as far as the whole value is one of its references. */
export function readFilledIn(value: unknown): Reference | undefined {
  const [, kind, rest = ''] =
    /^\{\{resolve:(ssm|ssm-secure|secretsmanager):(.+)\}\}$/.exec(String(value)) ?? [];
  if (kind === 'ssm' || kind === 'ssm-secure') return { kind: 'ssm', name: rest };
  if (kind !== 'secretsmanager') return undefined;
  const [name = '', key] = rest.split(':SecretString:');
  return key
    ? { kind, name, key: key.split(':', 1)[0] ?? key }
    : { kind, name: name.replace(/:SecretString$/, '') };
}
