import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { httpHandler } from '../../../lib/aws/http-handler.ts';
import { withSecrets } from '../../../lib/aws/secrets/with-secrets.ts';
import type { LogFields } from '../../../lib/base/log.ts';
import { unavailable } from '../../../lib/base/problem.ts';
import { ConfigError, readSettings } from '../../../lib/base/read-settings.ts';
import type { Connections } from '../../../lib/store/connections.ts';
import { standForAws } from '../../support/aws-endpoint.ts';
import { createClient, eventSource } from '../../support/events.ts';

type Fault = { status: number; type: string | undefined };

const arnOf = (name: string) => `arn:aws:ssm:eu-central-1:123456789012:parameter${name}`;

let parameters: Record<string, string>;
let secrets: Record<string, string>;
let fault: Fault | undefined;
let isSilent: boolean | 'once it has begun';
/** Which service answers after the other. */
let late: 'AmazonSSM' | 'secretsmanager';
let calls: { target: string; input: Record<string, unknown>; authorization: string; token: unknown }[];

standForAws((req, body, res) => {
  const input = JSON.parse(body);
  const target = String(req.headers['x-amz-target']);
  const { authorization = '' } = req.headers;
  calls.push({ target, input, authorization, token: req.headers['x-amz-security-token'] });
  const answer = (status: number, content: object) => {
    res.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' });
    setTimeout(() => res.end(JSON.stringify(content)), target.startsWith(late) ? 50 : 0);
  };
  if (isSilent === 'once it has begun') return void res.writeHead(200).write('{"Param');
  if (isSilent) return;
  if (fault) return answer(fault.status, { __type: fault.type, message: 'about hunter2' });
  if (target === 'AmazonSSM.GetParameters') {
    const names = input.Names as string[];
    expect([names.length <= 10, input.WithDecryption]).toEqual([true, true]);
    // By an ARN too, and of a version; AWS says in three fields what was asked for.
    const answers = names.map((asked) => {
      const [, Name = '', Selector = ''] = /^(?:arn:.*:parameter)?([^:]+)(:.*)?$/.exec(asked) ?? [];
      return { asked, Name, ARN: arnOf(Name), ...(Selector && { Selector }), Value: parameters[Name] };
    });
    return answer(200, {
      Parameters: answers.filter(({ Value }) => Value !== undefined).map(({ asked: _, ...found }) => found),
      InvalidParameters: answers.filter(({ Value }) => Value === undefined).map(({ asked }) => asked),
    });
  }
  if (!(input.SecretId in secrets)) return answer(400, { __type: 'ResourceNotFoundException' });
  answer(200, { SecretString: secrets[input.SecretId] });
});

beforeEach(() => {
  parameters = { '/auth/SESSION_SECRETS': 'hunter2', '/auth/PEPPER': 'salt', '/auth/ORIGIN': 'verified' };
  secrets = { database: JSON.stringify({ uri: 'mongodb://a', port: 27017 }), plain: 'text' };
  [fault, isSilent, calls, late] = [undefined, false, [], 'AmazonSSM'];
});

const named = {
  SESSION_SECRETS: 'ssm:/auth/SESSION_SECRETS',
  PASSWORD_PEPPER: 'ssm:/auth/PEPPER',
  ORIGIN_SECRET: `ssm:${arnOf('/auth/ORIGIN')}`,
  MONGODB_URI: 'secretsmanager:database#uri',
  PORT: 'secretsmanager:database#port',
  VERSIONED: 'ssm:/auth/PEPPER:2',
  SMTP_URL: 'secretsmanager:plain',
  APP_NAME: 'as it is',
};

/** A function that answers with its environment, on a clock that tests move. */
function running(environment: NodeJS.ProcessEnv = named) {
  const state = { now: 0, made: 0, closed: 0, connections: undefined as Connections | undefined };
  const lines: { message: string; fields: LogFields | undefined }[] = [];
  const line = (message: string, fields?: LogFields) => void lines.push({ message, fields });
  const start = (options: Partial<Parameters<typeof withSecrets>[0]> = {}) =>
    withSecrets<[], NodeJS.ProcessEnv>({
      environment: { ...process.env, ...environment },
      load: async () => ({
        make: (env, { connections }) => {
          state.made += 1;
          state.connections = connections;
          connections.opened(async () => {
            state.closed += 1;
          });
          return async () => env;
        },
      }),
      log: { info: line, error: line },
      clock: () => state.now,
      // On a machine that is busy a call is late, and tried again: only what is about that waits no longer than it has to.
      withinMs: 60_000,
      ...(options as object),
    });
  return { state, lines, start };
}

describe('a function whose secrets stand elsewhere', () => {
  test('is made with them, each read once and all at once, signed as Lambda’s role', async () => {
    const { start, lines } = running();

    const handler = await start();
    const environment = await handler();

    expect(environment).toMatchObject({
      SESSION_SECRETS: 'hunter2',
      PASSWORD_PEPPER: 'salt',
      ORIGIN_SECRET: 'verified',
      MONGODB_URI: 'mongodb://a',
      PORT: '27017',
      VERSIONED: 'salt',
      SMTP_URL: 'text',
      APP_NAME: 'as it is',
    });
    expect(calls.map(({ target }) => target).sort()).toEqual([
      'AmazonSSM.GetParameters',
      'secretsmanager.GetSecretValue',
      'secretsmanager.GetSecretValue',
    ]);
    for (const { authorization } of calls)
      expect(authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/(ssm|secretsmanager)\/aws4_request, /,
      );
    expect(lines).toEqual([
      { message: 'secrets read', fields: { variables: expect.arrayContaining(['MONGODB_URI']), ms: 0 } },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|salt|mongodb:/);
  });

  test('asks ten parameters at a time', async () => {
    const many = Array.from({ length: 23 }, (_, at) => `P${at}`);
    parameters = Object.fromEntries(many.map((name) => [`/auth/${name}`, name.toLowerCase()]));
    const { start } = running(Object.fromEntries(many.map((name) => [name, `ssm:/auth/${name}`])));

    expect(await (await start())()).toMatchObject({ P0: 'p0', P22: 'p22' });
    expect(calls).toHaveLength(3);
  });

  test('with none of them asks nobody', async () => {
    const { start, lines } = running({ MONGODB_URI: 'mongodb://a', APP_NAME: 'ssm: the shop' });

    expect(await (await start())()).toMatchObject({ MONGODB_URI: 'mongodb://a', APP_NAME: 'ssm: the shop' });
    expect([calls, lines]).toEqual([[], []]);
  });
});

describe('the module of a function', () => {
  /** As the import of a module does: nobody hears of anything meanwhile. */
  function work(milliseconds: number): void {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  }

  test('is imported once its secrets are asked for, and made when they are there', async () => {
    const order: string[] = [];
    const { start } = running();
    const load = async () => {
      // The question has left, and comes to whoever answers it in this very process.
      await vi.waitFor(() => expect(calls).toHaveLength(3));
      order.push('imported');
      const make = (env: NodeJS.ProcessEnv) => {
        order.push('made');
        return async () => env;
      };
      return { make };
    };

    expect(await (await start({ load: load as never }))()).toMatchObject({ SESSION_SECRETS: 'hunter2' });
    expect(order).toEqual(['imported', 'made']);
  });

  test('may take longer to import than secrets may take to come', async () => {
    const { start } = running();
    const load = async () => {
      work(2000);
      return { make: (env: NodeJS.ProcessEnv) => async () => env };
    };

    // Of which a try has less than half.
    const handler = await start({ load: load as never, withinMs: 4000 });

    expect(await handler()).toMatchObject({ SESSION_SECRETS: 'hunter2' });
    expect(calls).toHaveLength(3);
  });

  test('is imported once, however often it is made', async () => {
    const { start, state } = running();
    let imports = 0;
    const load = async () => {
      imports += 1;
      return { make: (env: NodeJS.ProcessEnv) => async () => env };
    };
    const handler = await start({ load: load as never });

    parameters['/auth/PEPPER'] = 'other';
    state.now = 3_600_000;
    expect(await handler()).toMatchObject({ PASSWORD_PEPPER: 'other' });
    expect(imports).toBe(1);
  });

  test('that does not load ends the start, with secrets and without', async () => {
    const load = async () => Promise.reject(new Error('it does not load'));

    await expect(running().start({ load })).rejects.toThrow('it does not load');
    await expect(running({ APP_NAME: 'none' }).start({ load })).rejects.toThrow('it does not load');
  });

  test('is imported all the same while AWS is silent or away', async () => {
    isSilent = true;
    const { start } = running();
    let isImported = false;
    const load = async () => {
      isImported = true;
      return { make: (env: NodeJS.ProcessEnv) => async () => env };
    };

    await start({ load, withinMs: 600 } as never);

    expect(isImported).toBe(true);
  });
});

describe('ASVS 13.3.4: secrets are rotated without a deployment', () => {
  test('they are kept for an hour, then read again; where one has changed the function is made anew', async () => {
    const { start, state } = running();
    const handler = await start();
    const atFirst = calls.length;

    parameters['/auth/PEPPER'] = 'other';
    state.now = 3_599_000;
    expect(await handler()).toMatchObject({ PASSWORD_PEPPER: 'salt' });
    expect(calls).toHaveLength(atFirst);
    state.now = 3_600_000;
    expect(await handler()).toMatchObject({ PASSWORD_PEPPER: 'other' });
    expect([state.made, state.closed]).toEqual([2, 1]);
    state.now = 7_200_000;
    await handler();
    expect(calls).toHaveLength(3 * atFirst);
    expect([state.made, state.closed]).toEqual([2, 1]);
  });

  test('the function stays as it is where they have not changed, whichever comes first', async () => {
    const { start, state, lines } = running();
    const handler = await start();

    late = 'secretsmanager';
    state.now = 3_600_000;
    await handler();

    expect(calls).toHaveLength(6);
    expect(lines.map(({ message }) => message)).toEqual(['secrets read']);
    expect([state.made, state.closed]).toEqual([1, 0]);
  });

  test('they are read again a minute after the database was out of reach: it may have been restored elsewhere', async () => {
    const { start, state } = running();
    const handler = await start();
    const atFirst = calls.length;

    secrets.database = JSON.stringify({ uri: 'mongodb://restored', port: 1 });
    state.connections?.missed();
    state.now = 59_999;
    expect(await handler()).toMatchObject({ MONGODB_URI: 'mongodb://a' });
    expect(calls).toHaveLength(atFirst);
    state.now = 60_000;
    expect(await handler()).toMatchObject({ MONGODB_URI: 'mongodb://restored' });
    expect([state.made, state.closed]).toEqual([2, 1]);
    state.now = 3_600_000;
    await handler();
    expect(calls).toHaveLength(2 * atFirst);
  });

  test('they are read again once the database refuses the credentials, and no more than every five seconds', async () => {
    const { start, state } = running();
    const handler = await start();
    const atFirst = calls.length;

    secrets.database = JSON.stringify({ uri: 'mongodb://b', port: 1 });
    state.now = 4000;
    state.connections?.refused();
    expect(await handler()).toMatchObject({ MONGODB_URI: 'mongodb://a' });
    state.now = 5000;
    expect(await handler()).toMatchObject({ MONGODB_URI: 'mongodb://b' });
    expect(calls).toHaveLength(2 * atFirst);
    state.now = 60_000;
    await handler();
    expect(calls).toHaveLength(2 * atFirst);
  });

  test('while they cannot be read the last ones go on, and it is tried again', async () => {
    const { start, state, lines } = running();
    const handler = await start();

    fault = { status: 500, type: 'InternalServerError' };
    state.now = 3_600_000;
    expect(await handler()).toMatchObject({ PASSWORD_PEPPER: 'salt' });
    expect(lines.at(-1)?.message).toMatch(/^secrets cannot be read: .*PASSWORD_PEPPER: InternalServerError/);
    fault = undefined;
    parameters['/auth/PEPPER'] = 'other';
    state.now += 4999;
    expect(await handler()).toMatchObject({ PASSWORD_PEPPER: 'salt' });
    state.now += 1;
    expect(await handler()).toMatchObject({ PASSWORD_PEPPER: 'other' });
  });

  test('new ones that no function can be made with are not taken', async () => {
    const { start, state } = running({ SESSION_SECRETS: 'ssm:/auth/SESSION_SECRETS' });
    parameters['/auth/SESSION_SECRETS'] = 'x'.repeat(32);
    const stores = { isConnectionString: () => true, isSessionTable: () => true, bundledStore: undefined };
    const handler = (await start({
      load: async () => ({
        make: (environment) => {
          const { sessionSecrets } = readSettings({ STAGE: 'prod', ...environment }, ['sessions'], stores);
          return async () => sessionSecrets;
        },
      }),
    })) as unknown as () => Promise<string[]>;

    parameters['/auth/SESSION_SECRETS'] = 'short';
    state.now = 3_600_000;
    expect(await handler()).toEqual(['x'.repeat(32)]);
  });
});

describe('secrets that cannot be read at a cold start', () => {
  const faults: [string, () => void, RegExp][] = [
    [
      'are not there',
      () => delete parameters['/auth/PEPPER'],
      /PASSWORD_PEPPER: Parameter Store has no such parameter/,
    ],
    ['are no secret', () => delete secrets.plain, /SMTP_URL: Secrets Manager has no such secret/],
    [
      'have no such key',
      () => (secrets.database = '{"url":"mongodb:"}'),
      /MONGODB_URI: the secret has no such key/,
    ],
    ['are empty', () => (parameters['/auth/ORIGIN'] = ' '), /ORIGIN_SECRET: the secret is empty/],
    ['have an empty key', () => (secrets.database = '{"uri":""}'), /MONGODB_URI: the secret is empty/],
    ['are no JSON', () => (secrets.database = 'mongodb:'), /MONGODB_URI: the secret has no such key/],
    [
      'may not be read',
      () => (fault = { status: 400, type: 'com.amazonaws.ssm#AccessDeniedException' }),
      /SESSION_SECRETS: this function's role may not read it/,
    ],
  ];

  test.each(faults)(
    'since they %s are named by their variables, and no value is',
    async (_what, spoil, told) => {
      spoil();
      const { start, lines } = running();

      await expect((await start())()).rejects.toThrow(told);
      expect(lines.map(({ message }) => message)).toEqual([expect.stringMatching(told)]);
      expect(JSON.stringify(lines)).not.toMatch(/hunter2|salt|mongodb:/);
    },
  );

  test.each([
    ['is silent', true],
    ['breaks off its answer', 'once it has begun'],
  ] as const)(
    'since AWS %s are given up after three seconds, and the next invocation has them',
    async (_what, how) => {
      isSilent = how;
      const { start, state } = running();
      const startedAt = performance.now();
      const handler = await start({ withinMs: undefined });

      expect(performance.now() - startedAt).toBeLessThan(20_000);
      await expect(handler()).rejects.toThrow(/not in time|did not answer/);
      isSilent = false;
      state.now = 5000;
      expect(await handler()).toMatchObject({ PASSWORD_PEPPER: 'salt' });
    },
  );

  test('since AWS fails without a word are asked for once more, and told by the status', async () => {
    fault = { status: 500, type: undefined };
    const { start } = running();

    await expect((await start())()).rejects.toThrow(/SESSION_SECRETS: status 500/);
    expect(calls).toHaveLength(6);
  });

  test('and then make no function are answered for as before, and tried again', async () => {
    fault = { status: 400, type: 'AccessDeniedException' };
    const { start, state, lines } = running();
    let isGood = false;
    const handler = await start({
      load: async () => ({
        make: (env: NodeJS.ProcessEnv) => {
          if (!isGood) throw new ConfigError(new Map([['SESSION_SECRETS', 'too short']]));
          return async () => env;
        },
      }),
      unanswered: async () => async () => ({ answered: 'by 503' }),
    } as never);

    fault = undefined;
    state.now = 5000;
    expect(await handler()).toEqual({ answered: 'by 503' });
    expect(lines.at(-1)?.message).toMatch(/SESSION_SECRETS: too short/);
    isGood = true;
    state.now = 10_000;
    expect(await handler()).toMatchObject({ SESSION_SECRETS: 'hunter2' });
  });

  test('are answered for by 503 where the function answers HTTP', async () => {
    fault = { status: 400, type: 'AccessDeniedException' };
    const { start } = running();
    const unanswered = async (cause: unknown) =>
      httpHandler(() => {
        throw unavailable(cause);
      });
    const handler = await start({ unanswered: unanswered as never });
    const { status, headers, body } = await createClient(
      handler as never,
      eventSource('HTTP API, payload 2.0'),
    ).get('/auth/session', { expect5xx: true });

    expect([status, headers.get('retry-after'), JSON.parse(body).code]).toEqual([503, '1', 'unavailable']);
    expect(headers.get('strict-transport-security')).toBeTruthy();
    expect(body).not.toMatch(/secret|PEPPER/i);
  });
});

afterEach(() => {
  isSilent = false;
});
