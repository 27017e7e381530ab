import { execFile } from 'node:child_process';
import { access, mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, foldersOnPath } from '../../lib/dev/program.ts';

const run = promisify(execFile);

/** The emulator has no releases that Go knows by number: this is its commit of 30 October 2026. */
const emulator =
  'github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie@v0.0.0-20261030222936-bef5c4ba774d';
const client = 'aws-lambda-ric@4.0.2';

/** What compiles them. Node's own build tool asks for Python, which unpacks the zips too. */
const programs = ['go', 'g++', 'make', 'cmake', 'xz', 'python3', 'npm'];

export interface Tools {
  /** The version of Node that Lambda runs. */
  readonly node: string;
  /** Lambda's emulator. */
  readonly emulator: string;
  /** Lambda's client for Node: the program that asks for events and calls the handler. */
  readonly client: string;
}

/** Why this machine can not have them, in words; undefined where it can. */
export function whyNoTools(): string | undefined {
  if (process.platform !== 'linux') return 'the emulator runs on Linux alone';
  const missing = programs.filter((name) => !findProgram(name, foldersOnPath(process.env)));
  return missing.length > 0 ? `this machine has no ${missing.join(', ')}` : undefined;
}

/**
 * Installs what is not yet in `folder`.
 *
 * @throws Error where a registry is out of reach, or something does not compile.
 */
export async function installTools(folder: string): Promise<Tools> {
  await mkdir(folder, { recursive: true });
  const node = await lambdaNode(folder);
  const [emulatorFile, clientFile] = await Promise.all([
    once(join(folder, 'bin/aws-lambda-rie'), () => installEmulator(folder)),
    once(join(folder, 'client/node_modules/aws-lambda-ric/rapid-client.node'), () =>
      installClient(join(folder, 'client'), node),
    ),
  ]);
  return { node, emulator: emulatorFile, client: resolve(clientFile, '../index.mjs') };
}

async function once(file: string, make: () => Promise<unknown>): Promise<string> {
  const isThere = () =>
    access(file).then(
      () => true,
      () => false,
    );
  if (await isThere()) return file;
  await make();
  if (!(await isThere())) throw new Error(`${file} was not made`);
  return file;
}

/** The Node that runs this, or the one that an npm package brings. */
async function lambdaNode(folder: string): Promise<string> {
  const version = (await readFile(new URL('../../.nvmrc', import.meta.url), 'utf8')).trim();
  if (process.version.startsWith(`v${version}.`)) return realpath(process.execPath);
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = join(folder, 'node');
  return once(join(prefix, 'node_modules', name, 'bin/node'), () =>
    run('npm', ['install', '--prefix', prefix, '--no-audit', '--no-fund', `${name}@${version}`]),
  );
}

/** Not optimised, which takes Go a third less time. */
function installEmulator(folder: string) {
  const env = { ...process.env, GOBIN: resolve(folder, 'bin'), CGO_ENABLED: '0' };
  return run('go', ['install', '-gcflags=all=-N -l', '-ldflags=-s -w', emulator], { env });
}

async function installClient(prefix: string, node: string): Promise<void> {
  // What a broken install left counts as installed to npm.
  await rm(prefix, { recursive: true, force: true });
  await mkdir(prefix, { recursive: true });
  // The headers come with the npm package of Node; without them they are downloaded.
  const nodeFolder = resolve(node, '../..');
  const headers = await access(join(nodeFolder, 'include/node/node_api.h')).then(
    () => ({ npm_config_nodedir: nodeFolder }),
    () => ({}),
  );
  await run('npm', ['install', '--prefix', prefix, '--no-audit', '--no-fund', client], {
    env: { ...process.env, ...headers, CFLAGS: '-O0', CXXFLAGS: '-O0', npm_config_engine_strict: 'false' },
    maxBuffer: 64 * 1024 * 1024,
  });
}
