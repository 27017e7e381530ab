import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire, SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build, type Metafile } from 'esbuild';
import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, buildHandlers, esbuildOptions, handlerFiles } from '../../lib/dev/build.ts';
import { slimDependencies } from '../../lib/dev/slim-dependencies.ts';
import { watchHandlers } from '../../lib/dev/watch-handlers.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
let folder: string;

/** A folder outside the tree, from which no module of ours can be found. */
const newFolder = () => mkdtemp(join(tmpdir(), 'build-'));

beforeAll(async () => {
  folder = await newFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const environment = {
  MONGODB_URI: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100',
  SESSION_SECRETS: 'a secret of the build test and of nothing else',
  STAGE: 'test',
  LOG_LEVEL: 'ERROR',
};

/** Runs `code` with the bundle as `module`, in a process that has nothing but the bundle. */
async function withBundle(file: string, code: string): Promise<unknown> {
  const script = `import(${JSON.stringify(file)}).then(async (module) => {
    process.stdout.write(JSON.stringify(await (async () => { ${code} })()), () => process.exit());
  })`;
  const options = { env: environment, cwd: dirname(file) };
  const { stdout } = await run(process.execPath, ['-e', script], options).catch(({ stderr }) => {
    // Its last lines: the line of the bundle that Node shows before them is the whole bundle.
    throw new Error(`the bundle failed: ${String(stderr).slice(-1500)}`);
  });
  return JSON.parse(stdout);
}

/** The files of a bundle that its start evaluates: all but those that are imported at the first use. */
function loadedAtStart({ inputs, outputs }: Metafile, entryPoint: string): string[] {
  const output = Object.values(outputs).find((each) => each.entryPoint === entryPoint);
  const loaded = new Set<string>();
  const visit = (file: string) => {
    if (loaded.has(file) || !output?.inputs[file]?.bytesInOutput) return;
    loaded.add(file);
    // A handler imports its function once the function's secrets are on their way.
    for (const { path, kind } of inputs[file]?.imports ?? [])
      if (kind !== 'dynamic-import' || file === entryPoint) visit(path);
  };
  visit(entryPoint);
  return [...loaded];
}

const event = (method: string, path: string, more: object = {}) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: '',
  headers: { host: 'example.com' },
  requestContext: {
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: 'build-test',
    stage: '$default',
  },
  isBase64Encoded: false,
  ...more,
});

describe('what is deployed', () => {
  let bundles: Bundle[];
  let metafile: Metafile;
  const bundle = (name: string) => bundles.find((each) => each.name === name)?.file ?? `no ${name}`;

  beforeAll(async () => {
    const outDir = join(folder, 'dist');
    await mkdir(outDir);
    await writeFile(join(outDir, 'of-yesterday.mjs'), '');
    bundles = await buildHandlers({ handlersDir: join(root, 'handlers'), outDir });
    const options = esbuildOptions({ handlersDir: join(root, 'handlers') });
    ({ metafile } = await build({ ...options, absWorkingDir: root, metafile: true }));
  });

  test('is one file and its source map for each handler, and nothing stale', async () => {
    const handlers = handlerFiles(join(root, 'handlers')).map((file) => basename(file, '.ts'));
    const expected = handlers.flatMap((name) => [`${name}.mjs`, `${name}.mjs.map`]);

    expect((await readdir(join(folder, 'dist'))).sort()).toEqual(expected.sort());
  });

  test('exports nothing but `handler`, and loads where there is no node_modules', async () => {
    for (const { file } of bundles)
      expect(await withBundle(file, 'return Object.entries(module).map(([k, v]) => [k, typeof v])')).toEqual([
        ['handler', 'function'],
      ]);
  });

  test('answers by itself', async () => {
    const answer = await withBundle(
      bundle('health'),
      `return module.handler(${JSON.stringify(event('GET', '/health/live'))}, {})`,
    );

    expect(answer).toMatchObject({ statusCode: 200 });
  });

  test.each([
    ['what mails', /^lib\/(mail\/(render|run-job)|flows\/.*letters|aws\/ses-mailer)/, ['mail']],
    ['pages', /^lib\/flows\/(?!docs).*\.tsx/, ['admin', 'pages']],
    [
      'routes',
      /^lib\/flows\/.*operations/,
      ['account', 'admin', 'auth', 'docs', 'example', 'health', 'pages', 'sessions'],
    ],
    ['the description of the API', /^lib\/flows\/(catalogue|json|pages|docs\/openapi)\.ts/, ['docs']],
    ['what renders HTML', /node_modules\/preact/, ['admin', 'docs', 'mail', 'pages']],
    ['what reads passkeys, at its first use,', /node_modules\/@simplewebauthn/, []],
    ['what speaks to providers, at its first use,', /node_modules\/(openid-client|oauth4webapi|jose)/, []],
    ['what speaks to mail servers, at its first use,', /node_modules\/nodemailer/, []],
  ])('loads %s at its start only where it is served', (_what, source, expected) => {
    const loading = bundles.filter(({ name }) =>
      loadedAtStart(metafile, `handlers/${name}.ts`).some((file) => source.test(file)),
    );

    expect(loading.map(({ name }) => name)).toEqual(expected);
  });

  test.each([
    [
      'what reads passkeys where they are shown and kept',
      /node_modules\/@simplewebauthn/,
      ['account', 'admin', 'auth', 'pages'],
    ],
    [
      'what speaks to providers where people come by them',
      /node_modules\/(openid-client|jose)/,
      ['account', 'admin', 'auth', 'pages'],
    ],
    ['what speaks to mail servers where mail leaves', /node_modules\/nodemailer/, ['mail']],
  ])('carries %s, and nowhere else', (_what, source, expected) => {
    const carrying = Object.values(metafile.outputs).filter(({ inputs }) =>
      Object.keys(inputs).some((file) => source.test(file)),
    );

    expect(carrying.map(({ entryPoint }) => basename(entryPoint ?? '', '.ts')).sort()).toEqual(expected);
  });

  test('starts without the parts of Node that are read on first use, such as fetch', async () => {
    const loaded = 'return process.moduleLoadList.filter((name) => /undici|worker_threads/.test(name))';

    for (const { file } of bundles) expect(await withBundle(file, loaded)).toEqual([]);
  });

  test('is in ASCII', async () => {
    for (const { file } of bundles) expect((await readFile(file)).every((byte) => byte < 0x80)).toBe(true);
  });

  test('has an `auth` of at most 1.4 MB', () => {
    expect(bundles.find(({ name }) => name === 'auth')?.bytes).toBeLessThanOrEqual(1_400_000);
  });

  test('lies beside a map that leads from a place in a stack trace to the source', async () => {
    const source = join(folder, 'handlers', 'named.ts');
    await mkdir(dirname(source), { recursive: true });
    await writeFile(
      source,
      'function requireSignedIn() { throw new Error("no"); }\n' +
        'export const handler = () => { try { requireSignedIn(); } catch (error) { return (error as Error).stack; } };',
    );
    const [named] = await buildHandlers({ handlersDir: dirname(source), outDir: join(folder, 'named') });

    const stack = String(await withBundle(named?.file ?? '', 'return module.handler()'));
    const [, line, column] = stack.match(/named\.mjs:(\d+):(\d+)/) ?? [];
    const map = new SourceMap(JSON.parse(await readFile(`${named?.file}.map`, 'utf8')));
    expect(map.findEntry(Number(line) - 1, Number(column) - 1)).toMatchObject({
      originalSource: expect.stringMatching(/handlers\/named\.ts$/),
      originalLine: 0,
    });
  });

  test('reads JSON as UTF-8 whatever charset it names, so that the tables of the East Asian ones are left out', async () => {
    const request = event('POST', '/auth/sign-in', {
      headers: { 'content-type': 'application/json; charset=shift_jis' },
      body: '{}',
    });

    const answer = await withBundle(bundle('auth'), `return module.handler(${JSON.stringify(request)}, {})`);

    expect(answer).toMatchObject({ statusCode: 422 });
  });
});

describe('a source that does not build', () => {
  test('is reported with file and line, and the last build stays', async () => {
    const handlersDir = join(folder, 'broken');
    const outDir = join(folder, 'broken-dist');
    await mkdir(handlersDir);
    await writeFile(join(handlersDir, 'one.ts'), 'export const handler = () => 1;');
    await buildHandlers({ handlersDir, outDir });
    await writeFile(join(handlersDir, 'one.ts'), 'export const handler = ;');

    await expect(buildHandlers({ handlersDir, outDir })).rejects.toThrow(/one\.ts:1:23/);
    expect((await readdir(outDir)).sort()).toEqual(['one.mjs', 'one.mjs.map']);
  });

  test('is reported where there is none at all', async () => {
    await expect(buildHandlers({ handlersDir: join(folder, 'nowhere') })).rejects.toThrow(/no handler found/);
  });
});

describe('while developing', () => {
  test('every change is built, a broken one reported, handlers come and go', async () => {
    const handlersDir = join(folder, 'watched');
    const libDir = join(folder, 'watched-lib');
    const outDir = join(folder, 'watched-dist');
    await Promise.all([mkdir(handlersDir), mkdir(libDir)]);
    await writeFile(join(libDir, 'value.ts'), 'export const value = 1;');
    await writeFile(
      join(handlersDir, 'one.ts'),
      'import { value } from "../watched-lib/value.ts"; export const handler = () => value;',
    );
    const outcomes: Array<{ bundles: readonly Bundle[] } | { errors: string }> = [];
    const next = async (matches: (last: (typeof outcomes)[number]) => boolean) => {
      await expect.poll(() => outcomes.some(matches), { timeout: 10_000 }).toBe(true);
      outcomes.length = 0;
    };
    const names =
      (...expected: string[]) =>
      (last: (typeof outcomes)[number]) =>
        'bundles' in last && last.bundles.map(({ name }) => name).join() === expected.join();

    const watching = await watchHandlers({
      handlersDir,
      outDir,
      sourceDirs: [libDir],
      onBuild: (outcome) => outcomes.push(outcome),
    });
    try {
      // Whoever serves them may begin.
      expect(outcomes.filter(names('one'))).toHaveLength(1);
      expect(await withBundle(join(outDir, 'one.mjs'), 'return module.handler()')).toBe(1);
      outcomes.length = 0;
      await writeFile(join(libDir, 'value.ts'), 'export const value = 2;');
      await next(names('one'));
      expect(await withBundle(join(outDir, 'one.mjs'), 'return module.handler()')).toBe(2);
      await writeFile(join(libDir, 'value.ts'), 'export const value = ;');
      await next((last) => 'errors' in last && last.errors.includes('value.ts:1:21'));
      await writeFile(join(libDir, 'value.ts'), 'export const value = 3;');
      await next(names('one'));
      await writeFile(join(handlersDir, 'two.ts'), 'export const handler = () => 2;');
      await next(names('one', 'two'));
      await rm(join(handlersDir, 'two.ts'));
      await next(names('one'));
      expect((await readdir(outDir)).sort()).toEqual(['one.mjs', 'one.mjs.map']);
    } finally {
      await watching.stop();
    }
  });
});

describe('a connection string', () => {
  type Client = typeof MongoClient;
  let Bundled: Client;

  /** All that the driver makes of a connection string, or the kind of its refusal. */
  const meaning = (client: Client, uri: string): string => {
    try {
      const { metadata, mongoLogger, ...options } = new client(uri).options as unknown as Record<
        string,
        unknown
      >;
      return JSON.stringify(options);
    } catch (error) {
      return error instanceof TypeError ? 'TypeError' : String(error);
    }
  };

  beforeAll(async () => {
    const outfile = join(folder, 'driver.cjs');
    await build({
      stdin: { contents: "module.exports = require('mongodb').MongoClient", resolveDir: root },
      ...{ outfile, bundle: true, platform: 'node', format: 'cjs', plugins: [slimDependencies] },
      external: ['@aws-sdk/*', '@mongodb-js/zstd', 'gcp-metadata', 'kerberos', 'socks', 'snappy'],
      packages: 'bundle',
      logLevel: 'error',
    });
    Bundled = createRequire(import.meta.url)(outfile);
  });

  test.each([
    'mongodb://127.0.0.1:27017',
    'mongodb://user:p%40ss%2Fword%25@a.example:27018,b.example/app?replicaSet=rs0&authSource=admin&w=majority',
    'mongodb+srv://%C3%BCser:gr%C3%BCn@cluster.example.net/?retryWrites=true&appName=a+b%20c',
    'mongodb://[::1]:27017/?tls=true&tlsInsecure=false&readPreferenceTags=dc:ny,rack:1&readPreferenceTags=',
    'mongodb://%2Ftmp%2Fmongodb-27017.sock/?SERVERSELECTIONTIMEOUTMS=5',
    'mongodb://host/?authMechanism=SCRAM-SHA-256&authMechanismProperties=A:b',
    'mongodb://us:er@host',
    'mongodb://',
    'http://host',
    'mongodb://host/?notAnOption=1',
    'mongodb://host/?w=majority&w=1',
  ])('means the same to the deployed driver: %s', (uri) => {
    expect(meaning(Bundled, uri)).toBe(meaning(MongoClient, uri));
  });

  test('means the same to the deployed driver, whatever it is', () => {
    const pieces = ['a', 'b:c', '%40', 'ü', '[::1]', 'h:1', ',', '/', '?', '&', '=', '@', '#', '%', '+', ' '];
    const options = ['authSource=admin', 'replicaSet=rs', 'tls=true', 'w=majority', 'appName=a+b', 'w=0'];
    const piece = fc.oneof(fc.constantFrom(...pieces, ...options), fc.string({ maxLength: 5 }));
    const uri = fc
      .tuple(fc.constantFrom('mongodb://', 'mongodb+srv://'), fc.array(piece, { maxLength: 8 }))
      .map(([scheme, parts]) => scheme + parts.join(''));

    fc.assert(
      fc.property(uri, (each) => {
        expect(meaning(Bundled, each)).toBe(meaning(MongoClient, each));
      }),
      { numRuns: 500 },
    );
  });
});
