import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuarded } from '../../lib/dev/guarded-server.ts';
import { freePort } from '../../lib/dev/port.ts';
import { withPostgres } from '../../lib/dev/postgres-client.ts';
import { postgresUser } from '../../lib/dev/postgres-user.ts';
import { findProgram, foldersOnPath } from '../../lib/dev/program.ts';
import { untilReady } from './until-ready.ts';

/** Where this machine has its program. */
const program = () => findProgram('pgbouncer', [...foldersOnPath(process.env), '/usr/sbin', '/usr/bin']);

/** Why there is none, where this machine has none. */
export const whyNoPgbouncer = (): string | undefined =>
  program() ? undefined : 'there is no PgBouncer on this machine; on Debian: apt-get install pgbouncer';

/**
 * Starts a PgBouncer in transaction mode before a server, with so few connections to it that clients share them. Beside
 * that everything is as PgBouncer has it. It ends with this process, whatever becomes of it.
 *
 * @throws where it does not start
 */
export async function startPgbouncer(
  server: string,
  poolSize: number,
): Promise<{ url: string; stop(): Promise<void> }> {
  const pgbouncer = program();
  if (!pgbouncer) throw new Error(whyNoPgbouncer());
  const folder = mkdtempSync(join(tmpdir(), 'session-auth-pgbouncer-'));
  const port = await freePort();
  const runAs = postgresUser('');
  const settings = join(folder, 'pgbouncer.ini');
  writeFileSync(settings, settingsFor(new URL(server), { folder, port, poolSize }));
  writeFileSync(join(folder, 'users'), usersOf(new URL(server)), { mode: 0o600 });
  chmodSync(folder, 0o700);
  if (runAs)
    for (const path of [folder, settings, join(folder, 'users')]) chownSync(path, runAs.uid, runAs.gid);
  const running = startGuarded(
    { program: pgbouncer, args: [settings], runAs, endSignal: 'SIGTERM', temporaryFolder: folder },
    join(folder, 'log'),
  );
  const url = new URL(server);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  try {
    await untilReady('PgBouncer', running, () => withPostgres(url.href, 5000, async () => undefined));
  } catch (error) {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return { url: url.href, stop: running.stop };
}

function settingsFor(
  { hostname, port: serverPort }: URL,
  { folder, port, poolSize }: { folder: string; port: number; poolSize: number },
): string {
  return `
[databases]
* = host=${hostname} port=${serverPort || 5432}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, 'users')}
pool_mode = transaction
default_pool_size = ${poolSize}
`;
}

/** In plain, so that PgBouncer can sign in at the server as that user. */
function usersOf({ username, password }: URL): string {
  const quoted = [username, password].map((text) => `"${decodeURIComponent(text).replaceAll('"', '""')}"`);
  return `${quoted.join(' ')}\n`;
}
