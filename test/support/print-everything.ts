import { createHash } from 'node:crypto';
import { sign } from 'cookie-signature';
import { catalogue } from '../../lib/flows/catalogue.ts';
import type { Operation } from '../../lib/web/operation.ts';
import type { TestHandler } from './events/client.ts';
import { createClient, eventSource, type TestAnswer, type TestClient } from './events.ts';

/*
 * A program: starts every function as it is deployed, with the log that it has there, and pushes secrets through
 * all of their routes; told `outage`, through those alone that need no answer of a database. What it prints is for
 * its parent to read; which secrets there were, it sends by message.
 */

const names = [
  'auth',
  'account',
  'sessions',
  'health',
  'docs',
  'example',
  'pages',
  'authorizer',
  'mail',
] as const;
type Name = (typeof names)[number];

const handlers = Object.fromEntries(
  await Promise.all(
    names.map(async (name) => {
      const module: { handler: TestHandler } = await import(`../../handlers/${name}.ts`);
      return [name, module.handler];
    }),
  ),
) as Record<Name, TestHandler>;

const source = eventSource('HTTP API, payload 2.0');
const byCdn = { 'x-origin-verify': process.env.ORIGIN_SECRET?.split(',')[0] ?? '' };
const secrets = new Set<string>();
const statuses: Record<number, number> = {};

/** Remembers a secret, in every form in which it could be printed. */
function secret(text: string): string {
  secrets.add(text).add(encodeURIComponent(text));
  return text;
}

const password = secret('open sesame, please, dear rock');
const newPassword = secret('another sesame, for the same rock');
const wrongPassword = secret('sesame that opens no rock at all');
const token = secret('bm90IGEgcmVhbCB0b2tlbiwgYnV0IGxvb2tz');
const planted = secret('s:plantedplantedplantedplanted.c2lnbmF0dXJl');
const email = (name: string) => `${name}@rock.example.com`;

/** The function that answers a path, as serverless.yml routes them. */
function functionOf(path: string): Name {
  const routes: [RegExp, Name][] = [
    [/^\/(auth|dev)\//, 'auth'],
    [/^\/account(\/|$)/, 'account'],
    [/^\/sessions(\/|$)/, 'sessions'],
    [/^\/health\//, 'health'],
    [/^\/(openapi\.json|docs)$/, 'docs'],
    [/^\/example$/, 'example'],
  ];
  return routes.find(([route]) => route.test(path))?.[1] ?? 'pages';
}

/** Clients of all functions that share one cookie jar, as a browser does. */
function browser(
  jar = new Map<string, string>(),
): (method: string, path: string, body?: unknown, form?: boolean) => Promise<TestAnswer> {
  const clients = new Map<Name, TestClient>();
  return async (method, path, body, form = false) => {
    const name = functionOf(path.split('?')[0] ?? '');
    const client = clients.get(name) ?? createClient(handlers[name], source, { headers: byCdn });
    clients.set(name, client);
    const encoded = form && body ? new URLSearchParams(body as Record<string, string>).toString() : body;
    const answer = await client.request({
      method,
      path,
      body: encoded as object,
      cookies: Object.fromEntries(jar),
      headers: form ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
      expect5xx: true,
    });
    for (const line of answer.cookies) keepCookie(jar, line);
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    return answer;
  };
}

/** Its value, the id in it, and what the database calls it are all secrets of the log. */
function keepCookie(jar: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  jar.set(name, value);
  if (name.endsWith('device')) secret(value);
  const id = /^s:([^.]+)\./.exec(decodeURIComponent(value))?.[1];
  if (!id) return;
  secret(value);
  secret(id);
  secret(createHash('sha256').update(id).digest('base64url'));
}

/** The token in the newest mail to an address, where there is one. */
async function mailedToken(to: string): Promise<string> {
  const answer = await browser()('GET', `/dev/outbox?to=${encodeURIComponent(to)}`);
  const text = answer.status === 200 ? JSON.stringify(answer.json()) : '';
  const found = /token=([\w-]{43})/.exec(text)?.[1];
  return found ? secret(found) : token;
}

/** A body that has every field that any route takes, right or not. */
const everything: Record<string, string> = {
  password: wrongPassword,
  currentPassword: wrongPassword,
  newPassword,
  token,
};

/** Every operation there is, with secrets wherever some can stand: one after the other, or all at once. */
async function tryAll(send: ReturnType<typeof browser>, atOnce = false): Promise<void> {
  const operations: Operation[] = catalogue.flatMap((subject) => [...subject.operations.values()]);
  const requests = operations.filter(({ path }) => !path.endsWith('/sign-out')).flatMap(variantsOf);
  if (atOnce) await Promise.all(requests.map((request) => send(...request)));
  else for (const request of requests) await send(...request);
}

/** A request as it should be, one with too much in it, one that breaks off, and secrets where none belong. */
function variantsOf(operation: Operation): Parameters<ReturnType<typeof browser>>[] {
  const path = operation.path.replace(/\{\w+\}/g, token);
  const method = operation.method.toUpperCase();
  const shape = (operation.body as { def?: { shape?: object } } | undefined)?.def?.shape ?? {};
  const fitting = Object.fromEntries(
    Object.keys(shape).map((field) => [field, everything[field] ?? email('someone')]),
  );
  const form = functionOf(path) === 'pages';
  const inQuery = `${path}?token=${token}&password=${encodeURIComponent(password)}`;
  if (method === 'GET') return [[method, inQuery, undefined, form]];
  return [
    [method, inQuery, undefined, form],
    [method, path, fitting, form],
    [method, path, { ...fitting, ...everything, unknown: token }, form],
    [method, path, `{"password":"${password}","token":"${token}"`, form],
  ];
}

async function run(): Promise<void> {
  const ada = browser();
  await ada('POST', '/auth/sign-up', { email: email('ada'), password, name: 'Ada' });
  await ada('POST', '/auth/email/verify', { token: await mailedToken(email('ada')) });
  await tryAll(ada);
  await ada('POST', '/account/password', { currentPassword: password, newPassword });
  await ada('POST', '/account/email', { currentPassword: newPassword, newEmail: email('lovelace') });
  await ada('POST', '/auth/email/verify', { token: await mailedToken(email('lovelace')) });
  const undo = await mailedToken(email('ada'));
  await browser()('POST', '/auth/email/undo', { token: undo, newPassword: password });
  await browser()('POST', '/auth/password/forgot', { email: email('ada') });
  const reset = await mailedToken(email('ada'));
  await browser()('POST', '/auth/password/reset', { token: reset, newPassword: 'short' });
  await browser()('POST', '/auth/password/reset', { token: reset, newPassword: password });

  const page = browser();
  await page('POST', '/sign-in', { email: email('ada'), password }, true);
  await tryAll(page);
  await page('POST', '/sign-out', {}, true);
  const last = browser();
  await last('POST', '/auth/sign-in', { email: email('ada'), password });
  await last('POST', '/auth/sign-out');
  await last('POST', '/auth/sign-in', { email: email('ada'), password: wrongPassword });
  await last('DELETE', '/account', { currentPassword: password });
  await tryAll(browser());

  // Past the CDN, with a secret that is none.
  const guessed = { 'x-origin-verify': secret('a guess at the secret of the CDN') };
  for (const name of names)
    await handlers[name](source.event({ path: '/', headers: guessed }), {} as never).catch(() => undefined);

  // Around the app: events that are none, jobs that are none, and cookies that are nobody's.
  const odd = {
    requestContext: { http: { method: 'POST', path: token } },
    version: '2.0',
    body: { password },
  };
  for (const name of names) {
    for (const event of [odd, { password, token }, { Records: [{ body: token }] }, password, null]) {
      await handlers[name](event, {} as never).catch(() => undefined);
    }
    await handlers[name](
      source.event({ path: `/${token}`, cookies: [`session_auth=${planted}`] }),
      {} as never,
    ).catch(() => undefined);
  }
}

/** Somebody whose cookie is right, while no database answers. */
async function runInOutage(): Promise<void> {
  const id = secret('an-id-of-which-only-the-cookie-knows-01234');
  const signed = secret(`s:${sign(id, process.env.SESSION_SECRETS?.split(',')[0] ?? '')}`);
  await tryAll(browser(new Map([['session_auth', encodeURIComponent(signed)]])), true);
  await tryAll(browser(), true);
}

await (process.argv[2] === 'outage' ? runInOutage() : run());
process.send?.({ secrets: [...secrets], statuses });
process.disconnect();
process.exit();
