import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nameless, unnamed, unneeded } from './exceptions.ts';
import { arnsOf, type Resources } from './names.ts';

interface Statement {
  Action: string | string[];
  Resource: string | string[];
  Condition?: { StringEquals?: Record<string, string | string[]> };
}

export interface Policy {
  Statement: Statement[];
}

/** An action, and the ARN of what it is done to. */
type Step = [action: string, arn: string];

/** By type of resource, what CloudFormation asks for to make, read, change and remove one. */
type Permissions = Map<string, Set<string>>;

/** Reads them from the schemas of resources that AWS publishes, and that the cfn-lint of a virtual environment carries. */
export async function readPermissions(venv: string): Promise<Permissions> {
  const permissions: Permissions = new Map();
  const [python = ''] = (await readdir(join(venv, 'lib'))).filter((name) => name.startsWith('python'));
  const folder = join(venv, 'lib', python, 'site-packages/cfnlint/data/schemas/resources');
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.json')) continue;
    const { typeName, handlers = {} } = JSON.parse(await readFile(join(folder, file), 'utf8')) as {
      typeName: string;
      handlers?: Record<string, { permissions?: string[] }>;
    };
    const asked = ['create', 'read', 'update', 'delete'].flatMap((name) => handlers[name]?.permissions ?? []);
    const known = permissions.get(typeName) ?? new Set();
    permissions.set(typeName, new Set([...known, ...asked]));
  }
  return permissions;
}

const matches = (pattern: string, text: string, flags = '') => {
  const plain = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${plain.replaceAll('*', '.*').replaceAll('?', '.')}$`, flags).test(text);
};
const actionsOf = (statement: Statement) => [statement.Action].flat();
const patternsOf = (statement: Statement) => [statement.Resource].flat();
const allowing = ({ Statement }: Policy, action: string) =>
  Statement.filter((each) => actionsOf(each).some((pattern) => matches(pattern, action, 'i')));

const askedOf = (permissions: Permissions, type: string) =>
  [...(permissions.get(type) ?? [])].filter((action) => !unneeded.some(([pattern]) => pattern.test(action)));

/** What whoever deploys may not do by the policy, of what these types of resources ask for. */
export function notAllowed(policy: Policy, permissions: Permissions, types: Iterable<string>): string[] {
  const missing = [...types].flatMap((type) => {
    if (!permissions.has(type)) return [`${type}: what it asks for is not known`];
    return askedOf(permissions, type)
      .filter((action) => allowing(policy, action).length === 0)
      .map((action) => `${type}: ${action}`);
  });
  return missing.sort();
}

/** What CloudFormation does to the resources of a template, as far as the service of each asks for it. */
export function stepsByType(permissions: Permissions, resources: Resources): Step[] {
  return Object.entries(resources).flatMap(([id, { Type }]) =>
    arnsOf(resources, id).flatMap((arn) =>
      askedOf(permissions, Type)
        .filter((action) => action.split(':')[0] === arn.split(':')[2])
        .map((action): Step => [action, arn]),
    ),
  );
}

/** What cannot be done by the policy, as no statement that allows the action is about that resource. */
export function outOfReach(policy: Policy, steps: readonly Step[]): string[] {
  const missing = steps.filter(
    ([action, arn]) =>
      !allowing(policy, action).some((each) => patternsOf(each).some((pattern) => matches(pattern, arn))),
  );
  return [...new Set(missing.map(([action, arn]) => `${action} on ${arn}`))].sort();
}

/** What the policy allows on more than what is of this service, or for nothing that is done. */
export function tooWide(policy: Policy, steps: readonly Step[]): string[] {
  const patterns = policy.Statement.flatMap(patternsOf);
  const onAll = policy.Statement.filter((each) => patternsOf(each).includes('*')).flatMap(actionsOf);
  const passing = allowing(policy, 'iam:PassRole');
  return [
    ...onAll
      .filter((action) => !nameless.some(([pattern]) => pattern.test(action)))
      .map((action) => `${action} is allowed on everything`),
    ...nameless
      .filter(([pattern]) => !onAll.some((action) => pattern.test(action)))
      .map(([pattern]) => `${pattern}: nothing such is allowed on everything`),
    ...patterns
      .filter((each) => each !== '*' && !/\bsession-auth\b/.test(each) && !Object.hasOwn(unnamed, each))
      .map((each) => `${each} is about others too`),
    ...Object.keys(unnamed)
      .filter((each) => !patterns.includes(each))
      .map((each) => `${each}: no statement is about it`),
    ...patterns
      .filter((each) => each !== '*' && !steps.some(([, arn]) => matches(each, arn)))
      .map((each) => `${each} is about nothing that is deployed`),
    ...passing
      .filter(({ Condition }) => !Condition?.StringEquals?.['iam:PassedToService'])
      .map(() => 'iam:PassRole to any service'),
  ];
}
