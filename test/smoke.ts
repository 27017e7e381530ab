// Runs the zips of the last `npm run package` as they are, each instance from a freshly unpacked one, and uses
// them as a browser would. `.ci/run` calls it under Lambda's own Node, with STORE as they were packaged.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chosenStore } from '../lib/dev/chosen-store.ts';
import { prepareOn } from '../lib/dev/db-prepare.ts';
import { answering, type Offline, startOffline } from '../lib/dev/offline.ts';
import { packageDir } from '../lib/dev/package.ts';
import { freePort } from '../lib/dev/port.ts';
import { Authenticator } from './support/authenticator.ts';
import { CookieJar } from './support/events.ts';
import { ownDatabase } from './support/own-database.ts';
import { codeOf } from './support/totp.ts';

interface PackagedFunction {
  handler: string;
  timeout: number;
  environment: Record<string, unknown>;
  events: Array<{ httpApi?: string }>;
  package: { artifact: string };
}

interface PackagedService {
  service: string;
  provider: Record<'name' | 'runtime' | 'architecture' | 'region', string> & {
    environment: object;
    httpApi: object;
  };
  custom: Record<string, object>;
  functions: Record<string, PackagedFunction>;
}

type Check = (what: string, isTrue: boolean) => void;

/** A serverless.yml (JSON is YAML) whose functions are the packaged zips, with the routes they were packaged with. */
async function writeService(dir: string, environment: Record<string, string>): Promise<void> {
  const state = await readFile(join(packageDir, 'serverless-state.json'), 'utf8');
  const packaged = (JSON.parse(state) as { service: PackagedService }).service;
  const given = Object.entries(environment);
  const functions = Object.entries(packaged.functions).map(
    ([name, { handler, timeout, events, package: zip, environment: own }]) => [
      name,
      {
        handler,
        timeout,
        // It gets what it was packaged with and no more.
        environment: { ...own, ...Object.fromEntries(given.filter(([variable]) => variable in own)) },
        // Nothing that it is asked for is done by a schedule.
        events: events.filter(({ httpApi }) => httpApi !== undefined).map(({ httpApi }) => ({ httpApi })),
        package: { artifact: resolve(zip.artifact) },
      },
    ],
  );
  const { name, runtime, architecture, region, httpApi } = packaged.provider;
  const service = {
    service: packaged.service,
    plugins: ['serverless-offline'],
    provider: {
      ...{ name, runtime, architecture, region, httpApi },
      environment: {
        ...packaged.provider.environment,
        STAGE: environment.STAGE,
        LOG_LEVEL: environment.LOG_LEVEL,
      },
    },
    custom: { 'serverless-offline': packaged.custom['serverless-offline'] },
    functions: Object.fromEntries(functions),
  };
  await writeFile(join(dir, 'serverless.yml'), JSON.stringify(service, undefined, 2));
}

/** A client that keeps the session cookie as a browser does, and sends it over plain HTTP as none would. */
function createBrowser(url: string) {
  const cookies = new CookieJar();
  const request = async (method: string, path: string, body?: object) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        cookie: Object.entries(cookies.all())
          .map((pair) => pair.join('='))
          .join('; '),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    const setCookie = answer.headers
      .getSetCookie()
      .find((each) => /^(__Host-session|session_auth)=/.test(each));
    for (const line of answer.headers.getSetCookie()) cookies.take(line);
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text), setCookie };
  };
  return {
    get: (path: string) => request('GET', path),
    post: (path: string, body = {}) => request('POST', path, body),
  };
}

const credentials = () => ({
  email: `smoke-${Date.now()}@example.com`,
  password: 'nine quiet geese at dawn',
});

async function signUpInAndOut(offline: Offline, check: Check): Promise<void> {
  const browser = createBrowser(offline.url);
  const person = credentials();
  check('health is live', (await browser.get('/health/live')).status === 200);
  check('health is ready: the database answers', (await browser.get('/health/ready')).status === 200);
  const unknown = await browser.get('/nowhere');
  check('an unknown path is a problem', unknown.status === 404 && unknown.body.code === 'not_found');
  check('nobody is signed in at first', (await browser.get('/auth/session')).status === 401);
  const administered = await browser.get('/admin/users');
  check('administration is not there', administered.status === 404 && administered.body.code === 'not_found');
  const signedUp = await browser.post('/auth/sign-up', person);
  check(
    'sign-up answers 201 and the user',
    signedUp.status === 201 && signedUp.body.user.email === person.email,
  );
  const session = await browser.get('/auth/session');
  check('the cookie is a session', session.status === 200 && session.body.user.id === signedUp.body.user.id);
  // Longer than an instance may idle, twice over: the next request starts a new one from the zip.
  await delay(3000);
  check('a new instance knows the session', (await browser.get('/auth/session')).status === 200);
  check('sign-out answers 204', (await browser.post('/auth/sign-out')).status === 204);
  check('after sign-out nobody is signed in', (await browser.get('/auth/session')).status === 401);
  const { email, password } = person;
  check('sign-in answers 200', (await browser.post('/auth/sign-in', { email, password })).status === 200);
  const wrong = await createBrowser(offline.url).post('/auth/sign-in', {
    email,
    password: 'not the password',
  });
  check('a wrong password answers 401', wrong.status === 401 && wrong.body.code === 'invalid_credentials');
}

/** What is loaded when it is first needed is in the zips too. */
async function secondFactors(offline: Offline, check: Check): Promise<void> {
  const browser = createBrowser(offline.url);
  const person = credentials();
  await browser.post('/auth/sign-up', person);
  const { secret } = (await browser.post('/account/totp')).body;
  const confirmed = await browser.post('/account/totp/confirm', { code: codeOf(secret, new Date()) });
  check('an authenticator app is added', confirmed.status === 200);
  const key = new Authenticator();
  const made = key.register((await browser.post('/account/passkeys/options')).body);
  const added = await browser.post('/account/passkeys', { credential: made });
  check('a passkey is added', added.status === 201);
  const there = createBrowser(offline.url);
  const waiting = await there.post('/auth/sign-in', person);
  check('the password alone waits for a second factor', waiting.status === 202);
  const alone = createBrowser(offline.url);
  const passkey = key.sign((await alone.post('/auth/passkey/options')).body);
  const entered = await alone.post('/auth/passkey', { passkey });
  check('the passkey signs in alone', entered.status === 200 && entered.body.session.assurance === 2);
}

async function cookieOfDeployedStage(offline: Offline, check: Check): Promise<void> {
  const { status, setCookie = '' } = await createBrowser(offline.url).post('/auth/sign-up', credentials());
  check('a deployed stage signs up too', status === 201);
  check(
    'its cookie is __Host-, Secure and HttpOnly',
    /^__Host-session=/.test(setCookie) && /; ?secure/i.test(setCookie) && /; ?httponly/i.test(setCookie),
  );
  const outbox = await createBrowser(offline.url).get('/dev/outbox');
  check('it has no outbox', outbox.status === 404);
}

let passed = 0;
let failed = 0;
const check: Check = (what, isTrue) => {
  if (isTrue) passed += 1;
  else failed += 1;
  console.log(`  ${isTrue ? 'ok  ' : 'FAIL'} ${what}`);
};

async function smoke(
  settings: Record<string, string>,
  environment: Record<string, string>,
  use: (offline: Offline, check: Check) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'smoke-'));
  const lines: string[] = [];
  const failedBefore = failed;
  await writeService(dir, { ...environment, ...settings }).catch(async (error: unknown) => {
    await rm(dir, { recursive: true, force: true });
    throw new Error('nothing is packaged: run `npm run package` first', { cause: error });
  });
  const offline = startOffline({
    port: await freePort(),
    stage: 'smoke',
    env: process.env,
    cwd: dir,
    idleSeconds: 1,
    onLine: (line) => lines.push(line),
  });
  try {
    const isThere = await answering(
      `${offline.url}/health/live`,
      Promise.race([offline.ended, delay(60_000)]),
    );
    check(`the zips start as stage ${settings.STAGE}`, isThere);
    if (isThere) await use(offline, check);
  } catch (error) {
    check(`no error: ${error instanceof Error ? error.stack : error}`, false);
  } finally {
    await offline.stop();
    await rm(dir, { recursive: true, force: true });
  }
  if (failed > failedBefore) console.log(lines.slice(-40).join('\n'));
}

const store = chosenStore(process.env);
console.log(`packaged functions for ${store} under Node ${process.version}`);
const database = await ownDatabase(store === 'postgres' ? store : 'mongodb', `test_smoke_${process.pid}`);
try {
  const environment = {
    ...database.environment,
    SESSION_SECRETS: 'a secret of the smoke test and of nothing else',
    BCRYPT_COST: '10',
    LOG_LEVEL: 'WARN',
  };
  await prepareOn(environment);
  await smoke({ STAGE: 'test', PUBLIC_URL: 'http://localhost:3000' }, environment, async (offline, check) => {
    await signUpInAndOut(offline, check);
    await secondFactors(offline, check);
  });
  const deployed = { STAGE: 'smoke', PUBLIC_URL: 'https://example.com', MAIL_FROM: 'smoke@example.com' };
  await smoke(deployed, environment, cookieOfDeployedStage);
} finally {
  await database.drop();
}
console.log(`smoke: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
