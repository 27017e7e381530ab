import { type Reference, readReference } from '../../aws/secrets/references.ts';
import {
  arnHere,
  environmentOf,
  logicalId,
  roleOf,
  type Service,
  type ServiceFunction,
  type Statement,
} from './service.ts';

/**
 * Gives each function a role of its own: a copy of the one that it names, which may also read the secrets that its
 * environment refers to, and no other.
 */
export function giveOwnRoles(service: Service): void {
  const { Resources } = service.resources;
  const copied = new Set<string>();
  for (const [name, each] of Object.entries(service.functions)) {
    const base = roleOf(service, each);
    const own = base && structuredClone(Resources[base]);
    // One that is kept elsewhere is looked after there.
    if (!own) continue;
    const Statement = readingSecrets(service, each);
    if (Statement.length > 0)
      own.Properties.Policies = [
        ...(own.Properties.Policies ?? []),
        { PolicyName: 'secrets', PolicyDocument: { Version: '2012-10-17', Statement } },
      ];
    Resources[roleId(name)] = own;
    each.role = roleId(name);
    copied.add(base);
  }
  for (const base of copied) delete Resources[base];
}

const roleId = (name: string) => logicalId(name, 'FunctionRole');

function readingSecrets(service: Service, each: ServiceFunction): Statement[] {
  const references = Object.values(environmentOf(service, each)).flatMap(
    (value) => readReference(value) ?? [],
  );
  const of = (kind: Reference['kind'], ...Action: string[]): Statement[] => {
    const arns = references.filter((reference) => reference.kind === kind).map(arnOf);
    const different = [...new Map(arns.map((arn) => [JSON.stringify(arn), arn])).values()];
    return different.length > 0 ? [{ Effect: 'Allow', Action, Resource: different }] : [];
  };
  const key = service.custom.stage.secretsKey;
  return [
    ...of('ssm', 'ssm:GetParameters'),
    ...of('secretsmanager', 'secretsmanager:GetSecretValue'),
    ...(key && references.length > 0
      ? [{ Effect: 'Allow' as const, Action: ['kms:Decrypt'], Resource: key }]
      : []),
  ];
}

function arnOf({ kind, name }: Reference): unknown {
  if (name.startsWith('arn:')) return name;
  // Secrets Manager puts six characters of its own behind each name.
  if (kind === 'secretsmanager') return arnHere('secretsmanager', `secret:${name}-??????`);
  // What is behind a colon is a version, or a label of one.
  const [plain = ''] = name.replace(/^\//, '').split(':');
  return arnHere('ssm', `parameter/${plain}`);
}
