import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import fc from 'fast-check';
import { Binary, BSON, type MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { esbuildOptions } from '../../lib/dev/build.ts';
import { Authenticator, type Lie } from '../support/authenticator.ts';
import { listening, oldReply } from '../support/refusing-server.ts';
import { readMessage, replyTo } from '../support/wire.ts';

const root = resolve(import.meta.dirname, '../..');
const require = createRequire(join(root, 'package.json'));
let folder: string;
let bundled: Modules;

interface Modules {
  driver: typeof import('mongodb');
  iconv: { encodingExists(name: string): boolean; decode(bytes: Uint8Array, name: string): string };
  kruptein: () => unknown;
  mime: {
    types: Record<string, string>;
    charset(type: string): string | false;
    contentType(type: string): string | false;
    extension(type: string): string | false;
    lookup(name: string): string | false;
  };
  saslprep: { saslprep(password: string, options?: object): string };
  oidc: { OIDC_WORKFLOWS: Map<string, () => unknown> };
  qs: { parse(text: string, options?: object): unknown; stringify(value: unknown): string };
  serverlessHttp: typeof import('serverless-http');
  webauthn: typeof import('@simplewebauthn/server');
}

const modules: Record<keyof Modules, string> = {
  driver: 'mongodb',
  iconv: 'iconv-lite',
  kruptein: 'kruptein',
  mime: 'mime-types',
  saslprep: '@mongodb-js/saslprep',
  oidc: 'mongodb/lib/cmap/auth/mongodb_oidc.js',
  qs: 'qs',
  serverlessHttp: 'serverless-http',
  webauthn: '@simplewebauthn/server',
};

/** The dependencies as they are deployed: in one bundle. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slim-'));
  const lines = Object.entries(modules).map(([name, path]) => `exports.${name} = require('${path}');`);
  const { plugins, external } = esbuildOptions({ handlersDir: join(root, 'handlers') });
  await build({
    stdin: { contents: lines.join('\n'), resolveDir: root },
    ...{ outfile: join(folder, 'modules.cjs'), bundle: true, platform: 'node', format: 'cjs' },
    ...{ plugins, external, logLevel: 'error' },
  });
  bundled = require(join(folder, 'modules.cjs')) as Modules;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('what is left out says its name to whoever reaches it', () => {
  const uri = 'mongodb://127.0.0.1:1';
  const withClient = (use: (client: MongoClient) => unknown) => () =>
    use(new bundled.driver.MongoClient(uri));

  test.each<[string, string, () => unknown]>([
    ['encrypted sessions', 'kruptein/index.js', () => bundled.kruptein()],
    [
      'events of Azure',
      'serverless-http/lib/provider/azure/index.js',
      () => bundled.serverlessHttp(() => undefined, { provider: 'azure' }),
    ],
    [
      'encryption in the driver',
      'mongodb/lib/client-side-encryption/client_encryption.js',
      withClient((client) => new bundled.driver.ClientEncryption(client, {} as never)),
    ],
    [
      'files in the database',
      'mongodb/lib/gridfs/index.js',
      withClient((client) => new bundled.driver.GridFSBucket(client.db('a'))),
    ],
    ['changes of a cluster', 'mongodb/lib/change_stream.js', withClient((client) => client.watch())],
    ['of a database', 'mongodb/lib/change_stream.js', withClient((client) => client.db('a').watch())],
    [
      'of a collection',
      'mongodb/lib/change_stream.js',
      withClient((client) => client.db('a').collection('b').watch()),
    ],
    [
      'writes to several collections at once',
      'mongodb/lib/operations/client_bulk_write/executor.js',
      withClient((client) =>
        client
          .bulkWrite([{ namespace: 'a.b', name: 'deleteMany', filter: {} }])
          .finally(() => client.close()),
      ),
    ],
    [
      'signing in by a token of Kubernetes',
      'mongodb/lib/cmap/auth/mongodb_oidc/token_cache.js',
      () => bundled.oidc.OIDC_WORKFLOWS.get('k8s')?.(),
    ],
    [
      'what makers of authenticators attest',
      '@simplewebauthn/server/script/registration/verifications/verifyAttestationAndroidKey.js',
      () => verifiedRegistration(bundled.webauthn, { fmt: 'android-key', attStmt: new Map() }),
    ],
    [
      'its certificates',
      '@simplewebauthn/server/script/helpers/getCertificateInfo.js',
      () =>
        verifiedRegistration(bundled.webauthn, {
          fmt: 'packed',
          attStmt: new Map([
            ['alg', -7],
            ['sig', Buffer.from('signature')],
            ['x5c', [Buffer.from('certificate')]],
          ] as never),
        }),
    ],
  ])('%s: %s', async (_what, name, use) => {
    const reached = (async () => use())();

    await expect(reached).rejects.toThrow(`${name} is not in this bundle`);
    // What the log shows of an error that is not ours.
    await expect(reached).rejects.toMatchObject({ code: `left out: ${name}` });
  });

  test('alphabets but UTF-8 and UTF-16, as unknown ones', () => {
    for (const name of ['utf-7', 'utf-32', 'windows-1251', 'shift_jis', 'big5', 'koi8-r'])
      expect(bundled.iconv.encodingExists(name)).toBe(false);
  });
});

describe('what is left is what it was', () => {
  test('text in Unicode', () => {
    for (const name of ['utf-8', 'utf-16', 'utf-16be', 'base64'])
      expect([name, bundled.iconv.encodingExists(name)]).toEqual([name, true]);
    expect(bundled.iconv.decode(Buffer.from('Grüße'), 'utf-8')).toBe('Grüße');
    expect(bundled.iconv.decode(Buffer.from('Grüße', 'utf16le'), 'utf-16le')).toBe('Grüße');
  });

  test('every media type, its charset and its file names', () => {
    const whole = require('mime-types') as Modules['mime'];
    const types = Object.keys(require('mime-db') as object);
    const meaning = (mime: Modules['mime']) => ({
      types: types.map((type) => [type, mime.charset(type), mime.contentType(type), mime.extension(type)]),
      names: Object.keys(whole.types).map((name) => [name, mime.lookup(name), mime.contentType(name)]),
    });

    expect(types.length).toBeGreaterThan(2000);
    expect(meaning(bundled.mime)).toEqual(meaning(whole));
  });

  test('the version that the driver tells the server', async () => {
    const { version } = require('mongodb/package.json') as { version: string };
    const { s: state } = new bundled.driver.MongoClient('mongodb://127.0.0.1:1') as unknown as {
      s: { options: { metadata: Promise<{ driver: object }> } };
    };

    expect((await state.options.metadata).driver).toEqual({ name: 'nodejs', version });
  });

  test('what the database’s password becomes, or why it cannot be one', () => {
    const whole = require('@mongodb-js/saslprep') as Modules['saslprep'];
    const prepared = ({ saslprep }: Modules['saslprep'], password: string, options?: object) => {
      try {
        return saslprep(password, options);
      } catch (error) {
        return String(error);
      }
    };
    const same = (password: string) => {
      for (const options of [undefined, { allowUnassigned: true }])
        expect(prepared(bundled.saslprep, password, options)).toBe(prepared(whole, password, options));
    };

    for (const password of [
      '',
      ' ',
      '~',
      'a\u00a0b',
      'Ⅸ',
      'a\u00adb',
      '\u0007',
      '\u007f',
      '\u0627\u0031',
      'é',
    ])
      same(password);
    fc.assert(fc.property(fc.string(), same));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), same));
  });

  test('every way to sign in to the database but by tokens', () => {
    const { AuthMechanism } = bundled.driver;

    for (const [name, mechanism] of Object.entries(AuthMechanism))
      expect([name, meaningOf(mechanism, bundled.driver)]).toEqual([
        name,
        meaningOf(mechanism, require('mongodb')),
      ]);
  });

  test.each([
    ['EdDSA', -8],
    ['ES256', -7],
    ['RS256', -257],
  ] as const)('passkeys of %s, made and shown', async (_name, algorithm) => {
    const authenticator = new Authenticator({ algorithm });
    const { verified, registrationInfo } = await verifiedRegistration(
      bundled.webauthn,
      undefined,
      authenticator,
    );
    const shown = (lie = {}) =>
      bundled.webauthn.verifyAuthenticationResponse({
        ...expectedOfPasskey,
        response: authenticator.sign({ challenge }, lie) as never,
        credential: registrationInfo?.credential ?? ({} as never),
      });

    expect([verified, (await shown()).verified]).toEqual([true, true]);
    const other = new Authenticator({ algorithm }).sign({ challenge }).response.signature;
    const isForged = await shown({ signature: () => Buffer.from(other, 'base64url') });
    expect(isForged.verified).toBe(false);
  });

  test('queries, nested and repeated, read and written', () => {
    const whole = require('qs') as Modules['qs'];
    const piece = fc.constantFrom(
      'a',
      'b[c]',
      'a[]',
      'a[0]',
      'a[99]',
      'a.b',
      '=',
      '&',
      '%20',
      '[',
      ']',
      '1',
      'ü',
    );
    const query = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

    fc.assert(
      fc.property(query, fc.object(), (text, value) => {
        expect(bundled.qs.parse(text)).toEqual(whole.parse(text));
        expect(bundled.qs.stringify(value)).toBe(whole.stringify(value));
      }),
    );
    const many = Array.from({ length: 200 }, (_, at) => `a[]=${at}`).join('&');
    for (const text of [many, `${many}&a[x]=1`, 'a=1&a=2&a[b]=3'])
      expect(bundled.qs.parse(text)).toEqual(whole.parse(text));
    const circle: Record<string, unknown> = {};
    circle.itself = { circle };
    expect(() => bundled.qs.stringify(circle)).toThrow('Cyclic object value');
  });
});

test('what is left out of ES modules says its name too, in a module as it is deployed', async () => {
  const { plugins, external, banner } = esbuildOptions({ handlersDir: join(root, 'handlers') });
  const file = join(folder, 'webauthn.mjs');
  await build({
    stdin: { contents: "export * from '@simplewebauthn/server';", resolveDir: root },
    ...{ outfile: file, bundle: true, platform: 'node', format: 'esm', mainFields: ['module', 'main'] },
    ...{ plugins, external, banner, logLevel: 'error' },
  });
  const attestation = { fmt: 'android-key', attStmt: new Map() };
  const registration = new Authenticator().register({ challenge, user: { id: 'ada' } }, { attestation });
  const given = JSON.stringify({ ...expectedOfPasskey, response: registration });
  const program = `
    const { generateRegistrationOptions, verifyRegistrationResponse } = await import(${JSON.stringify(file)});
    const { rp } = await generateRegistrationOptions({ rpID: 'localhost', rpName: 'a', userName: 'ada' });
    const code = await verifyRegistrationResponse(${given}).catch((error) => error.code);
    console.log(JSON.stringify([rp.id, code]));`;

  // Not in this process: what runs tests gives every module a \`module\`.
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);

  expect(JSON.parse(stdout)).toEqual([
    'localhost',
    'left out: @simplewebauthn/server/esm/registration/verifications/verifyAttestationAndroidKey.js',
  ]);
});

const challenge = Buffer.from('a challenge of this very test').toString('base64url');
const expectedOfPasskey = {
  expectedChallenge: challenge,
  expectedOrigin: 'http://localhost:3000',
  expectedRPID: 'localhost',
};

/** A passkey that an authenticator has made, looked at by the library. */
function verifiedRegistration(
  { verifyRegistrationResponse }: Modules['webauthn'],
  attestation: Lie['attestation'],
  authenticator = new Authenticator(),
) {
  const made = authenticator.register({ challenge, user: { id: 'ada' } }, attestation ? { attestation } : {});
  return verifyRegistrationResponse({ ...expectedOfPasskey, response: made as never });
}

/** What the driver makes of a connection string that names this mechanism, or the kind of its refusal. */
function meaningOf(mechanism: string, { MongoClient: Client }: Modules['driver']): string {
  const external = ['SCRAM-SHA-1', 'SCRAM-SHA-256', 'DEFAULT', 'MONGODB-CR'].includes(mechanism)
    ? ''
    : '$external';
  const source = external && `&authSource=${encodeURIComponent(external)}`;
  try {
    const client = new Client(`mongodb://ada:secret@127.0.0.1:1/?authMechanism=${mechanism}${source}`);
    return JSON.stringify(client.options.credentials);
  } catch (error) {
    return String(error);
  }
}

test('a bundle signs in to Atlas by the role that Lambda gives it, without the SDK', async () => {
  const started: unknown[] = [];
  const server = await signingIn((payload) => started.push(payload));
  const { MongoClient } = bundled.driver;
  const client = new MongoClient(
    `mongodb://127.0.0.1:${server.port}/?authMechanism=MONGODB-AWS&authSource=$external`,
    { serverSelectionTimeoutMS: 5000 },
  );
  const role = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'key', AWS_SESSION_TOKEN: 'token' };
  for (const [name, value] of Object.entries(role)) vi.stubEnv(name, value);
  try {
    await client.connect().catch(() => undefined);
  } finally {
    vi.unstubAllEnvs();
    await client.close();
    server.close();
  }

  expect(started[0]).toMatchObject({
    a: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/sts\/aws4_request, /,
    ),
    t: 'token',
  });
});

/** A MongoDB server as far as a sign-in by IAM: tells what the second step shows, and refuses it. */
async function signingIn(told: (payload: object) => void) {
  const hello = { ok: 1, isWritablePrimary: true, ismaster: true, maxWireVersion: 21, minWireVersion: 0 };
  return listening((socket) =>
    socket.on('data', (bytes) => {
      const message = readMessage(bytes);
      if (!message) return void socket.write(oldReply(bytes.readInt32LE(4), hello));
      const { saslStart, saslContinue, payload } = message.body as Record<string, Binary | undefined>;
      const reply = (body: Record<string, unknown>) => void socket.write(replyTo(message.requestId, body));
      if (saslStart) {
        const { r } = BSON.deserialize(payload?.buffer as Uint8Array, { promoteBuffers: true }) as {
          r: Buffer;
        };
        const s = new Binary(Buffer.concat([r, Buffer.alloc(32, 1)]));
        return reply({
          ok: 1,
          conversationId: 1,
          done: false,
          payload: new Binary(BSON.serialize({ s, h: 'sts.amazonaws.com' })),
        });
      }
      if (!saslContinue) return reply(hello);
      told(BSON.deserialize(payload?.buffer as Uint8Array));
      reply({ ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'no' });
    }),
  );
}
