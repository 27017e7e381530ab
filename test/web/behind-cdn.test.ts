import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../lib/base/read-settings.ts';
import { watchCommands } from '../support/commands.ts';
import { createClient, eventSource, eventSources } from '../support/events.ts';
import type { Instance } from '../support/instance.ts';
import { testInstances } from '../support/instances.ts';
import { functionOf, operations } from '../support/observed-api.ts';
import { newAddress, person, signedUp, strongPassword } from '../support/person.ts';
import { expectProblem } from '../support/problems.ts';

const { start } = testInstances('behind_cdn');

const newest = 'the-newest-secret-of-the-cdn';
const older = 'an-older-secret-of-the-cdn';
/** Addresses from which a CDN calls. */
const cdn = '192.0.2.200';
const viewer = '203.0.113.50';

const behindCdn = (more: NodeJS.ProcessEnv = {}) =>
  start({
    environment: {
      ORIGIN_SECRET: `${newest}, ${older}`,
      CLIENT_ADDRESS_HEADER: 'CloudFront-Viewer-Address',
      ...more,
    },
    mongoOptions: { monitorCommands: true },
  });
const byCdn = (address?: string) => ({
  'x-origin-verify': newest,
  ...(address !== undefined && { 'cloudfront-viewer-address': address }),
});

/** What no caller should get in with. */
const wrong: Record<string, Record<string, string | string[]>> = {
  nothing: {},
  'an empty secret': { 'x-origin-verify': '' },
  'another secret': { 'x-origin-verify': 'a-secret-that-was-guessed' },
  'the beginning of the secret': { 'x-origin-verify': newest.slice(0, -1) },
  'more than the secret': { 'x-origin-verify': `${newest}x` },
  'all secrets at once': { 'x-origin-verify': `${newest}, ${older}` },
  'a wrong secret beside the right one': { 'x-origin-verify': ['a-secret-that-was-guessed', newest] },
  'the secret in another header': { 'x-origin': newest, authorization: `Bearer ${newest}` },
};

describe.each(eventSources)('from $name', (source) => {
  // Of a header that comes twice it passes on the last alone, which is the CDN's.
  const repeats = source.name !== 'load balancer';
  const at = (instance: Instance, name: keyof Instance['handlers']) =>
    createClient(instance.handlers[name], source, { ip: cdn });

  test.each(
    Object.entries(wrong).filter(([, { 'x-origin-verify': shown }]) => repeats || !Array.isArray(shown)),
  )(
    'with %s every address but the health checks’ is 403, before anything else is looked at',
    async (_kind, headers) => {
      const instance = behindCdn();
      const { sent } = watchCommands(instance);
      let asked = 0;
      for (const operation of operations.values()) {
        if (operation.path.startsWith('/health/')) continue;
        const client = at(instance, functionOf(operation) as keyof Instance['handlers']);
        const answer = await client.request({
          method: operation.method.toUpperCase(),
          path: operation.path.replace(/\{\w+\}/g, 'some-id'),
          body: operation.method === 'get' ? undefined : '{',
          cookies: ['session_auth=s%3Ax.y', 'session_auth=z'],
          headers: { accept: 'application/json', 'content-type': 'text/plain', ...headers },
        });
        asked += 1;

        expectProblem(answer, 403, 'forbidden');
        expect(answer.cookies).toEqual([]);
        expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=/);
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
        expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
        expect(answer.body).not.toMatch(/secret/i);
      }

      expect(asked).toBeGreaterThan(60);
      expect(sent).toEqual([]);
      expect(JSON.stringify(instance.log)).not.toMatch(/-of-the-cdn|guessed/);
    },
  );

  test('so is what nothing serves, a method that is not served, OPTIONS and a preflight', async () => {
    const instance = behindCdn({ ALLOWED_ORIGINS: 'https://app.example.com' });
    const preflight = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' };

    for (const [method, path, headers] of [
      ['GET', '/auth/nowhere', {}],
      ['DELETE', '/auth/sign-in', {}],
      ['OPTIONS', '/auth/sign-in', {}],
      ['OPTIONS', '/auth/sign-in', preflight],
      ['POST', '/auth/sign-out', { origin: 'https://evil.example.net' }],
      ['GET', '/health', {}],
      ['GET', '/healthy/live', {}],
    ] as const) {
      const answer = await at(instance, 'auth').request({ method, path, headers });

      expectProblem(answer, 403, 'forbidden');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    const passed = await at(instance, 'auth').request({
      method: 'OPTIONS',
      path: '/auth/sign-in',
      headers: { ...preflight, ...byCdn() },
    });
    expect([passed.status, passed.headers.get('access-control-allow-origin')]).toEqual([
      204,
      preflight.origin,
    ]);
  });

  test('a browser gets that as a page', async () => {
    const instance = behindCdn();

    const headers = { accept: 'text/html,application/xhtml+xml' };
    for (const [name, path] of [
      ['pages', '/sign-in'],
      ['pages', '/nowhere'],
      ['docs', '/docs'],
    ] as const) {
      const answer = await at(instance, name).get(path, { headers });

      expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
      expect(answer.body).toContain('Not allowed');
      expect(answer.body).toContain(answer.headers.get('x-request-id'));
      expect(answer.cookies).toEqual([]);
    }
  });

  test('health checks come past the CDN', async () => {
    const client = at(behindCdn(), 'health');

    expect((await client.get('/health/live')).status).toBe(200);
    expect((await client.get('/health/ready')).status).toBe(200);
    expect((await client.get('/health/nothing')).status).toBe(404);
  });

  test.each([newest, older])(
    'the secret %s lets in, so that it is replaced without a gap',
    async (secret) => {
      const instance = behindCdn();
      const headers = { 'X-Origin-Verify': secret };
      const ada = await signedUp({ instance, source, headers });

      expect(await ada.status()).toBe(200);
      expect((await ada.pages.get('/devices')).status).toBe(200);
    },
  );

  test.each([
    [`${viewer}:46532`, viewer],
    ['2001:DB8:0::1:46532', '2001:db8::1'],
    ['[2001:db8::1]:46532', '2001:db8::1'],
  ])('ASVS 4.1.3, 15.3.4: %s is whose devices and activity show', async (header, ip) => {
    const instance = behindCdn();
    const ada = await signedUp({ instance, source, ip: cdn, headers: byCdn(header) });

    const { sessions } = (await ada.sessions.get('/sessions')).json();
    const { events } = (await ada.account.get('/account/activity')).json();

    expect(sessions.map((session: { ip: string }) => session.ip)).toEqual([ip]);
    expect(events.map((event: { ip: string }) => event.ip)).toEqual([ip]);
  });

  const unclear: [why: string, value: string | string[] | undefined][] = [
    ['is missing', undefined],
    ['holds no address', 'nobody'],
    ['is a list', `${viewer}, 198.51.100.4`],
    ['comes twice, once from the caller', [`${viewer}:1`, '198.51.100.4:2']],
  ];
  test.each(unclear.slice(0, repeats ? 4 : 3))(
    'the address is the one that AWS saw where the header %s, and the log says so once',
    async (_why, value) => {
      const instance = behindCdn();
      const headers = { 'x-origin-verify': newest, ...(value && { 'cloudfront-viewer-address': value }) };
      const ada = await signedUp({ instance, source, ip: cdn, headers });

      const { sessions } = (await ada.sessions.get('/sessions')).json();
      await ada.auth.get('/auth/session');

      expect(sessions.map((session: { ip: string }) => session.ip)).toEqual([cdn]);
      const told = instance.log.filter(({ message }) => message === 'no address in CLIENT_ADDRESS_HEADER');
      // One of each function that was called.
      expect(told.map(({ level }) => level)).toEqual(['warn', 'warn']);
    },
  );

  test('the header counts for nothing without the setting', async () => {
    const instance = start();
    const ada = await signedUp({ instance, source, ip: cdn, headers: byCdn(`${viewer}:1`) });

    const { sessions } = (await ada.sessions.get('/sessions')).json();

    expect(sessions.map((session: { ip: string }) => session.ip)).toEqual([cdn]);
  });
});

describe('limits', () => {
  const source = eventSource('HTTP API, payload 2.0');
  const statusesOf = async (count: number, attempt: (at: number) => Promise<{ status: number }>) => {
    const statuses: number[] = [];
    for (let at = 0; at < count; at += 1) statuses.push((await attempt(at)).status);
    return statuses;
  };

  test('ASVS 15.3.4: count by the address that the CDN names, not by its own', async () => {
    const instance = behindCdn({ RATE_LIMIT_FACTOR: '1' });
    const someone = await signedUp({ instance, source, ip: cdn, headers: byCdn('198.51.100.77:1') });
    const wrongFrom = (address: string) => {
      const { auth } = person({ instance, source, ip: cdn, headers: byCdn(address) });
      return auth.post('/auth/sign-in', { email: someone.email, password: 'not the right password' });
    };

    // Each try by another port, as connections come.
    const tries = await statusesOf(6, (at) => wrongFrom(`${viewer}:${40_000 + at}`));
    const sixth = await statusesOf(6, (at) => wrongFrom(`2001:db8:7:7::${at + 1}:443`));

    expect(tries).toEqual([401, 401, 401, 401, 401, 429]);
    expect(sixth).toEqual([401, 401, 401, 401, 401, 429]);
    // Somebody else by the same CDN is not held up.
    expect((await wrongFrom('198.51.100.9:443')).status).toBe(401);
  });

  test('ASVS 4.1.3, 15.3.4: a caller cannot take another address, neither past the CDN nor by another header', async () => {
    const instance = behindCdn({ RATE_LIMIT_FACTOR: '1' });
    const { email } = await signedUp({ instance, source, ip: cdn, headers: byCdn('198.51.100.78:1') });
    const body = { email, password: 'not the right password' };

    const past = await statusesOf(3, (at) =>
      createClient(instance.handlers.auth, source, { ip: '198.51.100.3' }).post('/auth/sign-in', body, {
        headers: { 'cloudfront-viewer-address': `203.0.113.${at}:1` },
      }),
    );
    const claimed = await statusesOf(6, (at) =>
      createClient(instance.handlers.auth, source, { ip: cdn }).post('/auth/sign-in', body, {
        headers: {
          ...byCdn(`${viewer}:1`),
          'x-forwarded-for': `203.0.113.${at}`,
          forwarded: `for=203.0.113.${at}`,
          'x-real-ip': `203.0.113.${at}`,
        },
      }),
    );

    expect(past).toEqual([403, 403, 403]);
    expect(claimed).toEqual([401, 401, 401, 401, 401, 429]);
  });
});

test('a single address in a header of another CDN is taken too', async () => {
  const instance = behindCdn({ CLIENT_ADDRESS_HEADER: 'cf-connecting-ip' });
  const headers = { 'x-origin-verify': older, 'CF-Connecting-IP': '2001:db8::8080' };
  const ada = await signedUp({ instance, ip: cdn, headers });

  const { sessions } = (await ada.sessions.get('/sessions')).json();

  expect(sessions.map((session: { ip: string }) => session.ip)).toEqual(['2001:db8::8080']);
});

test('without the secret nothing starts that would believe the header', () => {
  expect(() => start({ environment: { CLIENT_ADDRESS_HEADER: 'CloudFront-Viewer-Address' } })).toThrow(
    ConfigError,
  );
});

test('nobody needs a secret where none is set', async () => {
  const ada = person({ instance: start(), email: newAddress(), password: strongPassword });

  expect((await ada.signUp()).status).toBe(201);
});
