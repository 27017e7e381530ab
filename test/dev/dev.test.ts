import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareOn } from '../../lib/dev/db-prepare.ts';
import { freePort } from '../../lib/dev/port.ts';
import { openStore } from '../../lib/store/open-store.ts';
import { readConfig } from '../../lib/store/read-config.ts';

const root = resolve(import.meta.dirname, '../..');
const database = `test_dev_${process.pid}`;
let folder: string;
let port: number;
let url: string;

/** A checkout of its own: what this changes and keeps is not the developer's. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dev-'));
  for (const part of ['handlers', 'lib', 'serverless.yml', 'package.json', 'tsconfig.json'])
    await cp(join(root, part), join(folder, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  port = await freePort();
  url = `http://localhost:${port}`;
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  if (!process.env.MONGODB_URI) return;
  const client = new MongoClient(process.env.MONGODB_URI);
  await client.db(database).dropDatabase();
  await client.close();
});

interface Running {
  child: ChildProcess;
  output: () => string;
  says: (what: string | RegExp) => Promise<void>;
  ended: Promise<number | null>;
}

/** `npm run dev` in a process group of its own, as a shell would start it. */
function startDev(environment: NodeJS.ProcessEnv = {}): Running {
  const settings = { MONGODB_DB: database, BCRYPT_COST: '10', PUBLIC_URL: '', SESSION_SECRETS: '' };
  const child = spawn('npm', ['run', 'dev', '--', '--port', String(port)], {
    cwd: folder,
    detached: true,
    env: { ...process.env, ...settings, ...environment },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  const output = () => text;
  const says = (what: string | RegExp) =>
    expect.poll(output, { timeout: 90_000, interval: 100 }).toMatch(what);
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  return { child, output, says, ended };
}

/** True while any process of the group of `child` is there. */
function isGroupAlive({ pid }: ChildProcess): boolean {
  try {
    return pid !== undefined && process.kill(-pid, 0);
  } catch {
    return false;
  }
}

async function pressCtrlC({ child, ended }: Running): Promise<number> {
  const pressedAt = Date.now();
  process.kill(-(child.pid ?? 0), 'SIGINT');
  await ended;
  await expect.poll(() => isGroupAlive(child), { timeout: 5000 }).toBe(false);
  return Date.now() - pressedAt;
}

const call = async (method: string, path: string, cookie = '', body?: object) => {
  const answer = await fetch(url + path, {
    method,
    headers: { cookie, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    text,
    cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '',
  };
};

/** What serverless-offline does by itself: it strips slashes, and lets every origin read with credentials. */
async function expectAsDeployed(email: string): Promise<void> {
  const evil = 'https://evil.example';
  const cors = ({ headers }: Response) => {
    const found: [string, string][] = [];
    headers.forEach((value, name) => {
      if (name.startsWith('access-control-')) found.push([name, value]);
    });
    return found;
  };
  const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const answer = await fetch(url + path, { method, headers, redirect: 'manual' });
    return { answer, text: await answer.text() };
  };

  for (const path of [
    '/sign-in',
    '/settings',
    '/auth/session',
    '/health/live',
    '/dev/outbox',
    '/openapi.json',
  ]) {
    expect.soft((await ask(path)).answer.status, path).not.toBe(404);
    for (const slashed of [`${path}/`, `${path}//`, `${path}/?a=b/`])
      expect.soft((await ask(slashed)).answer.status, slashed).toBe(404);
  }
  expect((await ask('/')).answer.status).toBe(200);
  expect((await ask('/?a=b/')).answer.status).toBe(200);
  expect((await ask('/sign-in?next=/devices/')).text).toContain('value="/devices/"');

  for (const origin of [evil, 'null', url.replace('http', 'https')])
    for (const path of [`/dev/outbox?to=${email}`, '/auth/session', '/sign-in', '/nowhere', '/example']) {
      expect.soft(cors((await ask(path, { origin })).answer), `${origin} ${path}`).toEqual([]);
      const preflight = { origin, 'access-control-request-method': 'POST' };
      const { answer } = await ask(path, preflight, 'OPTIONS');
      expect.soft([answer.status, cors(answer)], `${origin} ${path}`).toEqual([204, []]);
    }
  expect((await ask('/auth/sign-out', { origin: evil }, 'POST')).answer.status).toBe(403);

  const own = cors((await ask('/auth/session', { origin: url })).answer);
  expect(own).toEqual(expect.arrayContaining([['access-control-allow-origin', url]]));
  const preflight = { origin: url, 'access-control-request-method': 'POST' };
  const allowed = await ask(
    '/auth/sign-in',
    { ...preflight, 'access-control-request-headers': 'x-other' },
    'OPTIONS',
  );
  expect(allowed.answer.status).toBe(204);
  expect(allowed.answer.headers.get('access-control-allow-headers')).toBe('Content-Type');
}

test('`npm run dev` serves, rebuilds on change, ends whole by key or signal and keeps who is signed in', async () => {
  const dev = startDev();
  await dev.says('Ctrl-C');
  expect(dev.output()).toContain(`runs on ${url}`);
  expect(dev.output()).toMatch(/database {2}\S/);
  expect(dev.output()).toMatch(/page {2,}http:/);
  expect(dev.output()).toContain(`curl -i -c cookies.txt ${url}/auth/sign-up`);

  const person = { email: `dev-${port}@example.com`, password: 'eleven green bottles hang' };
  const signedUp = await call('POST', '/auth/sign-up', '', person);
  expect(signedUp.status).toBe(201);
  expect((await call('GET', '/auth/session', signedUp.cookie)).status).toBe(200);
  expect((await call('GET', '/health/ready')).status).toBe(200);
  expect((await call('GET', '/nowhere')).text).toContain('not_found');

  await expectAsDeployed(person.email);

  const source = join(folder, 'lib/flows/health/routes.ts');
  const before = await readFile(source, 'utf8');
  await writeFile(source, before.replaceAll("status: 'ok'", "status: 'changed'"));
  await expect
    .poll(async () => (await call('GET', '/health/live')).text, { timeout: 40_000 })
    .toContain('changed');
  await writeFile(source, `${before}\nconst broken = ;`);
  await dev.says('health/routes.ts');
  expect((await call('GET', '/health/live')).text).toContain('changed');
  await writeFile(source, before);
  await expect
    .poll(async () => (await call('GET', '/health/live')).text, { timeout: 40_000 })
    .toContain('ok');

  expect(await pressCtrlC(dev)).toBeLessThan(5000);
  expect(dev.output().trimEnd().split('\n').at(-1)).toMatch(/^Stopped\..* kept .*npm run dev$/);
  await expect(call('GET', '/health/live')).rejects.toThrow();

  const again = startDev();
  await again.says('Ctrl-C');
  expect((await call('GET', '/auth/session', signedUp.cookie)).status).toBe(200);
  again.child.kill('SIGTERM');
  await again.ended;
  await expect.poll(() => isGroupAlive(again.child), { timeout: 5000 }).toBe(false);
}, 300_000);

test('`STORE=sqlite npm run dev` keeps everything in a file, and removes what is over', async () => {
  const file = join(folder, '.data/session-auth.sqlite');
  const named = { STAGE: 'test', STORE: 'sqlite', DATABASE_URL: `sqlite:${file}` };
  await prepareOn(named);
  const store = openStore(readConfig(named, 'database'));
  for (const id of ['one', 'two']) await store.repeats.put(id, 'subject', new Date(Date.now() - 1000));
  await store.close();

  const dev = startDev({ STORE: 'sqlite', DATABASE_URL: '' });
  await dev.says('Ctrl-C');
  expect(dev.output()).toMatch(/database {2}SQLite in .*session-auth\.sqlite/);
  expect(dev.output()).toMatch(/^swept what is over: 2 repeats$/m);
  const person = { email: `sqlite-${port}@example.com`, password: 'eleven green bottles hang' };
  const signedUp = await call('POST', '/auth/sign-up', '', person);
  expect(signedUp.status).toBe(201);
  expect((await call('GET', '/health/ready')).status).toBe(200);
  expect(await pressCtrlC(dev)).toBeLessThan(5000);
  expect(dev.output().trimEnd().split('\n').at(-1)).toMatch(/ kept in \.data\/; .*STORE=sqlite npm run dev$/);

  const again = startDev({ STORE: 'sqlite', DATABASE_URL: '' });
  await again.says('Ctrl-C');
  expect((await call('GET', '/auth/session', signedUp.cookie)).status).toBe(200);
  await pressCtrlC(again);
}, 300_000);

test('the secret that signs the development cookies is for its owner only', async () => {
  expect((await stat(join(folder, '.data/session-secret'))).mode & 0o777).toBe(0o600);
});

test('a port in use is said in one line', async () => {
  const other = createServer();
  await new Promise<void>((listening) => other.listen(port, '127.0.0.1', () => listening()));

  const dev = startDev();
  await dev.ended;
  other.close();

  expect(dev.output()).toMatch(new RegExp(`^Port ${port} is in use\\. .*npm run dev -- --port`, 'm'));
  expect(dev.output()).not.toMatch(/^\s+at /m);
}, 60_000);
