import { readFileSync, statSync } from 'node:fs';
import { UsageError } from './command.ts';

export interface RunAs {
  uid: number;
  gid: number;
  name: string;
}

/**
 * Whom PostgreSQL runs as where this is root, as whom it refuses to run: the owner of the data that is there, else
 * the machine's `postgres`, else `nobody`. Undefined where it runs as who runs this.
 *
 * @throws {UsageError} where this machine has neither
 */
export function postgresUser(cluster: string): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: `user ${owner.uid}` };
  const user = ['postgres', 'nobody'].map(userNamed).find((found) => found !== undefined);
  if (user) return user;
  throw new UsageError(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody": run this as another user, ' +
      'or name a server in DATABASE_URL',
  );
}

function userNamed(name: string): RunAs | undefined {
  const [, uid, gid] = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(passwd()) ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid), name } : undefined;
}

function passwd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}
