import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unneeded } from './exceptions.ts';

interface Statement {
  Action: string | string[];
}

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

/** What whoever deploys may not do by the policy, of what these types of resources ask for. */
export function notAllowed(
  policy: { Statement: Statement[] },
  permissions: Permissions,
  types: Iterable<string>,
): string[] {
  const allowed = policy.Statement.flatMap(({ Action }) => Action).map(
    (action) => new RegExp(`^${action.replaceAll('*', '.*')}$`, 'i'),
  );
  const missing = [...types].flatMap((type) => {
    const asked = permissions.get(type);
    if (!asked) return [`${type}: what it asks for is not known`];
    return [...asked]
      .filter((action) => !allowed.some((each) => each.test(action)))
      .filter((action) => !unneeded.some(([pattern]) => pattern.test(action)))
      .map((action) => `${type}: ${action}`);
  });
  return missing.sort();
}
