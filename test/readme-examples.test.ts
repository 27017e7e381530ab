import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildHandlers } from '../lib/dev/build.ts';
import { packageService, templateFile } from '../lib/dev/package.ts';
import { openApiDocument } from '../lib/flows/docs/openapi.ts';
import type { Hooks } from '../lib/flows/shared/hooks.ts';
import { standForAws } from './support/aws-endpoint.ts';
import { compileErrors } from './support/compile-errors.ts';
import { testDatabase, testStore } from './support/database.ts';
import { documentPaths, type Example, examplesIn } from './support/documents.ts';
import type { TestHandler } from './support/events/client.ts';
import { createClient, eventSource, testContext } from './support/events.ts';
import { environmentOf, type Instance, startInstance, testSecret } from './support/instance.ts';
import { copyServiceFiles } from './support/service-files.ts';

const root = resolve(import.meta.dirname, '..');
const database = testDatabase('readme');
const payload2 = eventSource('HTTP API, payload 2.0');
const password = 'four plain words together';
let folder: string;
let instance: Instance;
/** What TypeScript finds wrong, by file. */
let errors: Map<string, string[]>;

beforeAll(async () => {
  instance = startInstance({ database });
  await database.prepare();
  folder = await mkdtemp(join(tmpdir(), 'readme-'));
  // What is imported is what a newcomer has.
  for (const name of ['node_modules', 'lib', 'tsconfig.json', 'package.json'])
    await symlink(join(root, name), join(folder, name));
});
afterAll(async () => {
  await instance.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** The code that handlers/README.md shows under a heading, in one language. */
async function shownUnder(heading: string, language: string): Promise<string> {
  const readme = await readFile(join(root, 'handlers', 'README.md'), 'utf8');
  const [, section] = readme.split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`handlers/README.md has no section "## ${heading}"`);
  const own = section.split(/\n##+ /)[0] ?? '';
  const shown = examplesIn('handlers/README.md', own).find((each) => each.language === language);
  if (shown === undefined) throw new Error(`handlers/README.md shows no ${language} under "## ${heading}"`);
  return shown.code;
}

const mistakenClient = (at: number) => `handlers/mistaken-${at}.ts`;

/** The instance behind a socket, as `serverless offline` puts it there. */
async function serve(handler: TestHandler): Promise<{ server: Server; url: string }> {
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const { pathname } = new URL(req.url ?? '/', 'http://localhost');
    const event = payload2.event({
      method: req.method ?? 'GET',
      path: pathname,
      headers: { 'content-type': req.headers['content-type'] ?? '' },
      body: Buffer.concat(chunks),
    });
    const { status, headers, bytes } = payload2.response(await handler(event, testContext()));
    headers.forEach((value, name) => void res.setHeader(name, value));
    res.writeHead(status).end(bytes);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Mistakes in the typed client, each of which its types are to find. */
const mistakes = [
  ["'/auth/sign-in'", "'/auth/sign-inn'"],
  ['data.user.email', 'data.user.mail'],
  ["'rate_limited'", "'rate_limit'"],
  ['password: ', 'passwort: '],
] as const;

describe('every example of every document', () => {
  let examples: Example[];

  beforeAll(async () => {
    const shown = await Promise.all(
      documentPaths().map(async (path) => examplesIn(path, await readFile(join(root, path), 'utf8'))),
    );
    examples = shown.flat().filter(({ language }) => language === 'ts' || language === 'tsx');
    const client = await shownUnder('A typed client', 'ts');
    const mistaken = mistakes.map(([right, wrong], at) => [mistakenClient(at), client.replace(right, wrong)]);
    const document = JSON.parse(JSON.stringify(openApiDocument(instance.config)));
    const api = ['handlers/api.ts', astToString(await openapiTS(document))];
    const files = [...examples.map(({ file, code }) => [file, code]), ...mistaken, api];
    errors = compileErrors(new Map(files as [string, string][]));
  });

  test('compiles as it stands', () => {
    const faults = examples.map(({ path, file }) => ({ path, file, messages: errors.get(file) }));

    expect(examples.length).toBeGreaterThan(2);
    expect(new Set(examples.map(({ file }) => file)).size).toBe(examples.length);
    expect(faults.filter(({ messages }) => messages?.length !== 0)).toEqual([]);
  });

  test('of a client does not compile where it asks for what is not there', () => {
    for (const [at] of mistakes.entries()) expect(errors.get(mistakenClient(at))).not.toEqual([]);
  });
});

test('the hooks that README shows run as they stand', async () => {
  const shown = await shownUnder('Add your own code', 'ts');
  const told: { key: string | undefined; body: { userId: string; email: string } }[] = [];
  const crm = createServer(async (req, res) => {
    const body = JSON.parse(await text(req));
    told.push({ key: String(req.headers['idempotency-key']), body });
    res.end();
  });
  await new Promise<void>((ready) => void crm.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(crm.address() as AddressInfo).port}`;
  const { outputText } = ts.transpileModule(shown.replace('https://crm.example.com', url), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  await writeFile(join(folder, 'hooks.mjs'), outputText);
  const { hooks } = (await import(pathToFileURL(join(folder, 'hooks.mjs')).href)) as { hooks: Hooks };
  const own = startInstance({ database, hooks });
  const client = createClient(own.handlers.auth, payload2);

  const refused = await client.post('/auth/sign-up', { email: 'eve@Mailinator.com', password });
  const taken = await client.post('/auth/sign-up', { email: 'bob@crm.test', password });

  expect([refused.status, refused.json().code, refused.json().detail]).toEqual([
    403,
    'sign_up_refused',
    'Use an address that you will still have next year.',
  ]);
  expect(taken.status).toBe(201);
  expect(told).toEqual([
    { key: expect.any(String), body: { userId: taken.json().user.id, email: 'bob@crm.test' } },
  ]);
  await own.end();
  crm.close();
});

describe('the typed client that README shows', () => {
  let lines: string;

  beforeAll(async () => {
    lines = await shownUnder('A typed client', 'ts');
  });

  test('is ten lines', () => {
    expect(lines.split('\n')).toHaveLength(10);
  });

  test('has what each of the mistakes is made in', () => {
    const texts = [lines, ...mistakes.map(([right, wrong]) => lines.replace(right, wrong))];

    expect(new Set(texts).size).toBe(texts.length);
  });

  test('runs as it stands, against the functions', async () => {
    const { server, url } = await serve(instance.handlers.auth);
    const runs = lines.replace('http://localhost:3000', url);
    const { outputText } = ts.transpileModule(runs, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    });
    await writeFile(join(folder, 'client.mjs'), outputText);
    const run = async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'client.mjs')]);
      return stdout.trim();
    };

    expect(await run()).toMatch(/^Wrong e-mail address or password: /);
    const client = createClient(instance.handlers.auth, payload2);
    await client.post('/auth/sign-up', { email: 'ada@example.com', password, name: 'Ada Lovelace' });
    expect(await run()).toBe('Hello, Ada Lovelace');
    server.close();
  });
});

describe('the function of one’s own that README shows', () => {
  let handler: TestHandler;
  let code: string;

  standForAws((_req, body, res) => {
    const { Names } = JSON.parse(body) as { Names: string[] };
    res.end(JSON.stringify({ Parameters: Names.map((Name) => ({ Name, Value: testSecret })) }));
  });
  beforeAll(async () => {
    code = await shownUnder('A function of your own', 'ts');
    await mkdir(join(folder, 'handlers'));
    await writeFile(join(folder, 'handlers', 'counter.ts'), code);
  });

  test('counts per session, and knows who is signed in', async () => {
    const outDir = join(folder, 'dist');
    const [bundle] = await buildHandlers({
      handlersDir: join(folder, 'handlers'),
      outDir,
      store: testStore(),
    });
    Object.assign(process.env, {
      STAGE: 'test',
      ...environmentOf(database),
      // As in a deployed stage.
      SESSION_SECRETS: 'ssm:/counter/SESSION_SECRETS',
      LOG_LEVEL: 'ERROR',
    });
    ({ handler } = (await import(pathToFileURL(bundle!.file).href)) as { handler: TestHandler });
    const grace = createClient(handler, payload2);
    const ada = createClient(handler, payload2);
    const atTheDoor = createClient(instance.handlers.auth, payload2);
    const { user } = (
      await atTheDoor.post('/auth/sign-up', { email: 'counting@example.com', password })
    ).json();
    ada.cookies.set('session_auth', atTheDoor.cookies.get('session_auth') ?? '');

    expect((await grace.get('/counter')).body).toContain('Seen 1 times.');
    expect((await grace.get('/counter')).body).toContain('Seen 2 times.');
    expect((await ada.get('/counter')).body).toContain('Seen 1 times.');
    expect((await ada.get('/counter/mine')).json()).toEqual({ userId: user.id, views: 1 });
    const refused = await grace.get('/counter/mine');
    expect([refused.status, refused.json().code]).toEqual([401, 'not_signed_in']);
    const drafts = async () => {
      const { status, body } = await ada.get('/counter/drafts');
      return [status, JSON.parse(body).code];
    };
    expect(await drafts()).toEqual([403, 'forbidden']);
    await instance.services.administration.setRoles(undefined, user.id, ['editor']);
    expect(await drafts()).toEqual([200, undefined]);
    await instance.services.administration.setRoles(undefined, user.id, []);
    expect(await drafts()).toEqual([403, 'forbidden']);
  });

  test('is deployed by the lines that README shows for it', async () => {
    const block = await shownUnder('A function of your own', 'yaml');
    const service = await readFile(join(root, 'serverless.yml'), 'utf8');
    const cwd = join(folder, 'service');
    await copyServiceFiles(cwd);
    await writeFile(join(cwd, 'serverless.yml'), service.replace('\n-\n', `\n-\n${block}\n\n`));
    await buildHandlers({ handlersDir: join(root, 'handlers'), outDir: join(cwd, 'dist') });
    await cp(join(folder, 'dist'), join(cwd, 'dist'), { recursive: true });

    // Whatever store the tests run on: one that can be deployed.
    const env = { ...process.env, STORE: 'mongodb' };
    await packageService({ args: ['--stage', 'dev'], env, cwd });

    const template = JSON.parse(await readFile(join(cwd, templateFile), 'utf8')) as {
      Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
    };
    const all = Object.values(template.Resources);
    const routes = all.filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route');
    expect(all.some(({ Properties }) => Properties?.FunctionName === 'session-auth-dev-counter')).toBe(true);
    expect(routes.map(({ Properties }) => Properties.RouteKey)).toEqual(
      expect.arrayContaining(['ANY /counter', 'ANY /counter/{proxy+}']),
    );
  });
});
