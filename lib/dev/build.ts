import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, type BuildResult, build, formatMessages } from 'esbuild';
import type { StoreKind } from '../base/config.ts';
import { chosenStore } from './chosen-store.ts';
import { runIfMain, UsageError } from './command.ts';
import { compileAtOnce } from './compile-at-once.ts';
import { oneStore } from './one-store.ts';
import { slimDependencies } from './slim-dependencies.ts';

/** One deployable file. */
export interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
}

export interface BuildHandlersOptions {
  /** Folder with one `<name>.ts` for each function. */
  readonly handlersDir?: string;
  /** Folder that receives `<name>.mjs` and `<name>.mjs.map`; anything else in it is removed. */
  readonly outDir?: string;
  readonly minify?: boolean;
  /** The one whose code the bundles carry, `mongodb` unless told. */
  readonly store?: StoreKind;
}

/** What drivers load only where it is installed; none is, so none may be bundled. */
const driverExtras = [
  '@mongodb-js/zstd',
  'gcp-metadata',
  'kerberos',
  'mongodb-client-encryption',
  'snappy',
  'socks',
  // Of Knex and PostgreSQL's driver.
  'better-sqlite3',
  'mysql',
  'pg-query-stream',
  'sqlite3',
];

/** CommonJS inside the bundle asks for Node's own modules by `require`, which an ES module lacks. */
const requireBanner =
  "import { createRequire as __bundleCreateRequire } from 'node:module';" +
  'const require = __bundleCreateRequire(import.meta.url);';

/** The source of each function, in order of name. */
export function handlerFiles(handlersDir = 'handlers'): string[] {
  const files = existsSync(handlersDir) ? readdirSync(handlersDir) : [];
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .sort()
    .map((file) => join(handlersDir, file));
}

/** What esbuild is told for the functions; @throws {UsageError} where there is none. */
export function esbuildOptions(options: BuildHandlersOptions) {
  const { handlersDir = 'handlers', outDir = 'dist', minify = true, store = 'mongodb' } = options;
  const entryPoints = handlerFiles(handlersDir);
  if (entryPoints.length === 0) throw new UsageError(`no handler found: ${handlersDir}/ holds no .ts file`);
  return {
    entryPoints,
    outdir: outDir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // The oldest Node that runs the tests; Lambda's own is newer.
    target: 'node20',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    minify,
    // One character beyond Latin-1 makes V8 hold the whole file in two bytes each, and read it the slower.
    charset: 'ascii',
    plugins: [oneStore(store), slimDependencies, ...(minify ? [compileAtOnce] : [])],
    // For lib/store/bundled-store.ts.
    define: { BUNDLED_STORE: JSON.stringify(store) },
    // Beside the bundle, with the comment that debuggers and --enable-source-maps look for.
    sourcemap: 'linked',
    sourcesContent: true,
    legalComments: 'none',
    // Lambda's runtime carries the AWS SDK.
    external: ['@aws-sdk/*', ...driverExtras],
    banner: { js: requireBanner },
    logLevel: 'silent',
    // Written by writeBundles, so that no instance ever loads half a file.
    write: false,
  } satisfies BuildOptions;
}

/** Replaces the content of `outDir` by a build's files, each at once, and leaves nothing stale beside them. */
export async function writeBundles(result: BuildResult, outDir: string): Promise<Bundle[]> {
  await mkdir(outDir, { recursive: true });
  const outputs = result.outputFiles ?? [];
  // Maps first: a bundle is never there without its own.
  for (const output of outputs.toSorted((a, b) => b.path.length - a.path.length)) {
    const partial = `${output.path}.partial`;
    await writeFile(partial, output.contents);
    await rename(partial, output.path);
  }
  const kept = new Set(outputs.map((output) => basename(output.path)));
  for (const file of await readdir(outDir))
    if (!kept.has(file)) await rm(join(outDir, file), { recursive: true, force: true });
  return outputs
    .filter((output) => output.path.endsWith('.mjs'))
    .map((output) => ({
      name: basename(output.path, '.mjs'),
      file: output.path,
      bytes: output.contents.byteLength,
    }));
}

/** esbuild's messages with file, line and source, or any other error's message. */
export async function buildErrors(error: unknown): Promise<string> {
  const messages = (error as Partial<BuildResult>).errors;
  if (!messages?.length) return error instanceof Error ? error.message : String(error);
  return (await formatMessages(messages, { kind: 'error', color: false })).join('').trimEnd();
}

/**
 * Bundles every file of `handlersDir` into one file each, which exports what the source exports.
 *
 * @throws {UsageError} with esbuild's messages where a source does not build; `outDir` is then left as it was.
 */
export async function buildHandlers(options: BuildHandlersOptions = {}): Promise<Bundle[]> {
  try {
    return await writeBundles(await build(esbuildOptions(options)), resolve(options.outDir ?? 'dist'));
  } catch (error) {
    throw new UsageError(`The handlers do not build.\n${await buildErrors(error)}`, { cause: error });
  }
}

/** One line about a build, sizes in kB. */
export function buildSummary(bundles: readonly Bundle[]): string {
  const kilobytes = (bytes: number) => `${Math.ceil(bytes / 1000)} kB`;
  const parts = bundles.map(({ name, file, bytes }) => {
    const gzipped = gzipSync(readFileSync(file)).byteLength;
    return `dist/${name}.mjs ${kilobytes(bytes)} (${kilobytes(gzipped)} gzipped)`;
  });
  return parts.join(', ');
}

await runIfMain(import.meta.url, async () => {
  const store = chosenStore(process.env);
  const bundles = await buildHandlers({ store });
  console.log(`built for ${store}: ${buildSummary(bundles)}`);
});
