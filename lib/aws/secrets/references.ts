/** A secret that stands elsewhere, by the variable whose value names it. */
export type SecretReference =
  | { readonly variable: string; readonly service: 'ssm'; readonly name: string }
  | {
      readonly variable: string;
      readonly service: 'secretsmanager';
      /** Its name or ARN. */
      readonly id: string;
      /** Of one that is a JSON object, as rotations keep them: which of its values. */
      readonly key?: string;
    };

const parameter = /^ssm:(?<name>[\w./:-]+)$/;
const secret = /^secretsmanager:(?<id>[\w/+=.@:-]+)(?:#(?<key>[\w.-]+))?$/;

/**
 * The variables that name a secret in place of having it: `ssm:` and a parameter of Parameter Store, by its name or ARN, or
 * `secretsmanager:` and a secret, with `#` and a key where it is JSON.
 */
export function secretReferences(environment: NodeJS.ProcessEnv): SecretReference[] {
  return Object.entries(environment).flatMap(([variable, value = '']): SecretReference[] => {
    const name = parameter.exec(value.trim())?.groups?.name;
    if (name) return [{ variable, service: 'ssm', name }];
    const { id, key } = secret.exec(value.trim())?.groups ?? {};
    return id ? [{ variable, service: 'secretsmanager', id, ...(key && { key }) }] : [];
  });
}
