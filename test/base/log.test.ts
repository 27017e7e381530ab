import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Router } from 'express';
import { MongoServerError } from 'mongodb';
import { afterAll, describe, expect, it } from 'vitest';
import { httpHandler } from '../../lib/aws/http-handler.ts';
import { errorFields } from '../../lib/base/log.ts';
import { createApp } from '../../lib/web/app.ts';
import { createClient, eventSources } from '../support/events.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import { mayFail, newAccount, newIp, scenesOf, source } from '../support/outages.ts';

const { direct, database, signUp, end } = await scenesOf('log');
const instances: Instance[] = [];
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.end()));
  await end();
});

const linesOf = ({ log }: Instance, requestId: string | null) =>
  log.filter(({ fields }) => fields.requestId === requestId);
const milliseconds = expect.toSatisfy((value: unknown) => Number.isInteger(value) && Number(value) >= 0);

describe.each(eventSources)('a request from $name', (from) => {
  it('is one line: who asked what, what was answered, and what it took', async () => {
    const { cookies, user } = await signUp();

    const answer = await createClient(direct.handlers.auth, from).get('/auth/session?q=1', { cookies });

    const requestId = answer.headers.get('x-request-id');
    expect(linesOf(direct, requestId)).toEqual([
      {
        level: 'info',
        message: 'request',
        fields: {
          requestId,
          method: 'GET',
          route: '/auth/session',
          status: 200,
          milliseconds,
          databaseRoundTrips: 1,
          databaseMilliseconds: milliseconds,
          userId: user.id,
        },
      },
    ]);
  });

  it('has the id that AWS gave it, and never one that a client sent', async () => {
    const headers = { 'x-request-id': 'chosen-by-a-client', 'x-amzn-requestid': 'chosen-by-a-client' };
    const client = createClient(direct.handlers.auth, from);
    const event = from.event({ path: '/auth/session', headers }) as {
      requestContext: Record<string, unknown>;
    };

    const answer = await client.get('/auth/session', { headers });
    const id = answer.headers.get('x-request-id');

    expect(id).toMatch(/./);
    expect(id).not.toBe('chosen-by-a-client');
    expect(answer.json().requestId).toBe(id);
    expect(linesOf(direct, id)).toHaveLength(1);
    expect('requestId' in event.requestContext || 'elb' in event.requestContext).toBe(true);
  });
});

describe('the line of a request', () => {
  it('tells a sign-up’s and a sign-in’s user, and no address', async () => {
    const account = newAccount();
    const client = createClient(direct.handlers.auth, source, { ip: newIp() });

    const signUpAnswer = await client.post('/auth/sign-up', account);
    const signInAnswer = await client.post('/auth/sign-in', account);

    for (const answer of [signUpAnswer, signInAnswer]) {
      const line = linesOf(direct, answer.headers.get('x-request-id')).find(
        ({ message }) => message === 'request',
      );
      expect(line?.fields).toMatchObject({ method: 'POST', userId: answer.json().user.id });
      expect(JSON.stringify(line).toLowerCase()).not.toContain(account.email.toLowerCase());
    }
  });

  it('names the route that matched, never the address that was asked for', async () => {
    const answer = await createClient(direct.handlers.auth, source).get(
      '/auth/secret-in-a-path?and=in-a-query',
    );

    const [line, ...more] = linesOf(direct, answer.headers.get('x-request-id'));
    expect(line?.fields).toMatchObject({ route: null, status: 404, databaseRoundTrips: 0 });
    expect(more).toEqual([]);
    expect(JSON.stringify(line)).not.toMatch(/secret-in-a-path|in-a-query/);
  });

  it('is written too where a request is refused before the app', async () => {
    const answer = await createClient(direct.handlers.auth, source).request({
      method: 'G T',
      path: '/auth/session',
    });

    const lines = linesOf(direct, answer.headers.get('x-request-id'));
    expect(lines).toMatchObject([
      { level: 'warn', message: 'request', fields: { status: 422, route: null } },
    ]);
  });

  it('is written once where the app never answers, or answers too late', async () => {
    const late = Router();
    let answerLate = () => {};
    late.get('/never', () => {});
    late.get('/late', (_req, res) => {
      answerLate = () => void res.json({});
    });
    const app = createApp({ ...direct.services, before: [], routes: late });
    const client = createClient(httpHandler(app, { answerWithinMs: 30, log: direct.services.log }), source);

    const never = await client.get('/never', mayFail);
    const tooLate = await client.get('/late', mayFail);
    answerLate();
    await new Promise((resolve) => setTimeout(resolve, 50));

    for (const answer of [never, tooLate]) {
      const lines = linesOf(direct, answer.headers.get('x-request-id'));
      expect(lines).toMatchObject([
        { level: 'warn', message: 'request', fields: { method: 'GET', status: 503, milliseconds } },
      ]);
    }
  });

  it('comes with what failed where the answer is 500 or 503, but with none of its values', async () => {
    const failing = Router();
    const cause = new MongoServerError({ ok: 0, code: 11000, errmsg: 'dup key: { email: "in-a-document" }' });
    failing.get('/fail', () => {
      throw new Error('in-a-message\n    at in-a-line-of-a-message', { cause });
    });
    const app = createApp({ ...direct.services, before: [], routes: failing });
    const nowhere = { uri: 'mongodb://in-a-name:in-a-password@127.0.0.1:1/', name: database.name };
    const away = startInstance({ database: nowhere });
    instances.push(away);

    const internal = await createClient(httpHandler(app), source).get('/fail', mayFail);
    const unavailable = await createClient(away.handlers.health, source).get('/health/ready', mayFail);

    const lines = [
      ...linesOf(direct, internal.headers.get('x-request-id')),
      ...linesOf(away, unavailable.headers.get('x-request-id')),
    ];
    expect(lines.map(({ level, fields }) => [level, fields.status, fields.error])).toEqual([
      ['error', undefined, 'Error'],
      ['info', 500, undefined],
      ['warn', undefined, expect.stringMatching(/^(Mongo\w+|TooLate)Error$/)],
      ['info', 503, undefined],
    ]);
    expect(lines[0]?.fields.cause).toMatchObject({ error: 'MongoServerError', code: 11000 });
    expect(JSON.stringify(lines)).not.toMatch(/in-a-/);
    expect(internal.body).not.toMatch(/in-a-/);
  });
});

describe('an error in the log', () => {
  it('is its name, code, place and causes, as far as they go', () => {
    const root = new Error('the root');
    const error = Object.assign(new TypeError('the message', { cause: root }), { code: 'E_CODE' });
    Object.assign(root, { cause: error });

    const fields = errorFields(error);

    expect(fields).toMatchObject({ error: 'TypeError', code: 'E_CODE', cause: { error: 'Error' } });
    expect(fields.stack).toEqual(expect.arrayContaining([expect.stringMatching(/^at .*log\.test/)]));
    expect(JSON.stringify(fields)).not.toMatch(/the message|the root/);
    expect(errorFields('text that was thrown')).toEqual({ error: 'string' });
    expect(errorFields(undefined)).toEqual({ error: 'undefined' });
  });
});

describe('the log of a function', () => {
  async function printedAt(level: string) {
    const program = new URL('../support/log-process.ts', import.meta.url).pathname;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      program,
      level,
    ]);
    return `${stdout}${stderr}`.trim().split('\n');
  }

  it.each([
    ['DEBUG', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['INFO', ['INFO', 'WARN', 'ERROR']],
    ['WARN', ['WARN', 'ERROR']],
    ['ERROR', ['ERROR']],
  ])('at level %s is one line of JSON for each call, and nothing below', async (level, expected) => {
    const lines = (await printedAt(level)).map((line) => JSON.parse(line));

    expect(lines.map((line) => line.level).sort()).toEqual([...expected].sort());
    for (const line of lines)
      expect(line).toMatchObject({ service: 'session-auth', timestamp: expect.any(String) });
    const info = lines.find((line) => line.level === 'INFO');
    if (info)
      expect(info).toMatchObject({ requestId: 'an-id', traceId: 'a-trace', text: 'two\nlines "quoted"' });
    // What JSON cannot say is said all the same, and no field takes the place of the log's own.
    const warning = lines.find((line) => line.level === 'WARN');
    if (warning) expect(warning).toMatchObject({ message: 'warning', fields: expect.stringContaining('1n') });
    expect(JSON.stringify(lines)).not.toContain('of nothing');
  });
});
