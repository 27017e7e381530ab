import { afterAll, beforeAll, expect, test } from 'vitest';
import { withSecrets } from '../../../lib/aws/secrets/with-secrets.ts';
import { freePort } from '../../../lib/dev/port.ts';
import { authFunction } from '../../../lib/functions/auth.ts';
import { readConfig } from '../../../lib/store/read-config.ts';
import { standForAws } from '../../support/aws-endpoint.ts';
import { mongoDatabase } from '../../support/database.ts';
import { createClient, eventSource } from '../../support/events.ts';
import { refusingServer } from '../../support/refusing-server.ts';

const database = mongoDatabase('refused_credentials');
let uri = '';
let server: Awaited<ReturnType<typeof refusingServer>>;
const ends: (() => Promise<void>)[] = [];

standForAws((_req, _body, res) => {
  res.end(JSON.stringify({ Parameters: [{ Name: '/auth/MONGODB_URI', Value: uri }] }));
});

beforeAll(async () => {
  await database.prepare();
  server = await refusingServer();
});
afterAll(async () => {
  server.close();
  await Promise.all(ends.map((end) => end()));
  await database.drop();
});

const environment = {
  STAGE: 'prod',
  PUBLIC_URL: 'https://auth.example',
  MONGODB_URI: 'ssm:/auth/MONGODB_URI',
  MONGODB_DB: database.name,
  SESSION_SECRETS: 'a'.repeat(32),
};

const log = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

test.each([
  {
    what: 'a password of the database that was changed',
    before: () => `mongodb://old:old@127.0.0.1:${server.port}/`,
    afterMs: 5000,
  },
  {
    what: 'the address of a database that was lost and restored elsewhere',
    before: async () => `mongodb://127.0.0.1:${await freePort()}/`,
    afterMs: 60_000,
  },
])('$what is read anew, and the next request works', async ({ before, afterMs }) => {
  const state = { now: 0 };
  uri = await before();
  const handler = await withSecrets({
    environment: { ...process.env, ...environment },
    load: async () => ({
      make: (env, { connections }) => {
        const opened = { ...connections, opened: (close: () => Promise<void>) => void ends.push(close) };
        const config = readConfig(env, 'http', 'database', 'sessions', 'activity', 'accounts');
        return authFunction(config, { connections: opened, log });
      },
    }),
    log,
    clock: () => state.now,
    withinMs: 60_000,
  });
  const { post } = createClient(handler, eventSource('HTTP API, payload 2.0'));
  const signIn = async () =>
    (await post('/auth/sign-in', { email: 'a@b.example', password: 'four plain words' }, { expect5xx: true }))
      .status;

  expect(await signIn()).toBe(503);
  uri = database.uri;
  state.now = afterMs;
  expect(await signIn()).toBe(401);
});
