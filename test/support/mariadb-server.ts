import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { startGuarded } from '../../lib/dev/guarded-server.ts';
import { freePort } from '../../lib/dev/port.ts';
import { findProgram, foldersOnPath } from '../../lib/dev/program.ts';
import { lastLines, untilReady } from './until-ready.ts';

export type Mariadb = { url: string; stop(): Promise<void> } | { whyNot: string };

/** Its own programs, and those that its installer calls for. */
const needed = ['mariadbd', 'mariadb-install-db', 'my_print_defaults'];

/**
 * Starts a MariaDB with an empty database in it, whose user may make others; what is in it goes with it. It ends with
 * this process, whatever becomes of it.
 *
 * @returns why not, where this machine has none
 * @throws where it has one that does not start
 */
export async function startMariadb(env: NodeJS.ProcessEnv = process.env): Promise<Mariadb> {
  const folders = [...foldersOnPath(env), '/usr/sbin', '/usr/bin', '/usr/local/bin'];
  const [server, installer, ...rest] = needed.map((name) => findProgram(name, folders));
  if (!server || !installer || rest.includes(undefined))
    return { whyNot: 'there is no MariaDB on this machine; on Debian: apt-get install mariadb-server' };
  const folder = mkdtempSync(join(tmpdir(), 'session-auth-mariadb-'));
  try {
    return await run({ server, installer, folder, port: await freePort() });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Run {
  server: string;
  installer: string;
  folder: string;
  port: number;
}

async function run({ server, installer, folder, port }: Run): Promise<Mariadb> {
  const own = ['--no-defaults', `--datadir=${join(folder, 'data')}`];
  // As root it runs only where it is told to.
  const runAs = process.getuid?.() === 0 ? ['--user=root'] : [];
  const installed = spawnSync(
    installer,
    [...own, ...runAs, '--skip-test-db', '--skip-name-resolve', '--auth-root-authentication-method=normal'],
    { encoding: 'utf8' },
  );
  if (installed.status !== 0)
    throw new Error(`${installer}: ${installed.error ?? lastLines(installed.stderr)}`);
  const password = randomBytes(24).toString('base64url');
  const firstStatements = join(folder, 'first.sql');
  writeFileSync(firstStatements, firstSql(password), { mode: 0o600 });
  const running = startGuarded(
    {
      program: server,
      args: [...own, ...runAs, ...settings(folder, port), `--init-file=${firstStatements}`],
      endSignal: 'SIGKILL',
      temporaryFolder: folder,
    },
    join(folder, 'log'),
  );
  const url = `mysql://tests:${password}@127.0.0.1:${port}/session_auth`;
  try {
    await untilReady('MariaDB', running, async () => (await createConnection(url)).end());
  } catch (error) {
    await running.stop();
    throw error;
  }
  return { url, stop: running.stop };
}

function firstSql(password: string): string {
  return `
    drop user if exists root@127.0.0.1, root@'::1';
    create user tests@127.0.0.1 identified by '${password}';
    grant all on *.* to tests@127.0.0.1 with grant option;
    create database session_auth;
  `;
}

function settings(folder: string, port: number): string[] {
  return [
    ...['--bind-address=127.0.0.1', `--port=${port}`, '--skip-name-resolve'],
    ...[`--socket=${join(folder, 'socket')}`, `--pid-file=${join(folder, 'pid')}`],
    // As Debian and Amazon RDS have it; without a file of options it would be latin1.
    ...['--character-set-server=utf8mb4', '--collation-server=utf8mb4_general_ci'],
    // Tests have many instances at once, each with connections of its own.
    '--max-connections=600',
    // What is thrown away needs no flushing.
    ...['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0', '--skip-log-bin'],
  ];
}
