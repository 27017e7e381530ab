import type { Reference } from '../../aws/secrets/references.ts';

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
