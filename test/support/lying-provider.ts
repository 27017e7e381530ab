import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

export const lyingClientId = 'session-auth';
export const lyingSecret = 'a secret: of 100% and more & odd';

type Fields = Record<string, unknown>;

/** Where it is asked something. */
export type Door = 'discovery' | 'keys' | 'token' | 'userinfo';

/** What it does otherwise than a right provider; all of it can be changed at any time. */
export interface Lies {
  /** Over what it says of itself; undefined takes a field away. */
  metadata?: Fields;
  /** Over the claims of an id token. */
  claims?: Fields;
  /** In place of an id token; undefined leaves it out. */
  idToken?: (claims: JWTPayload) => unknown;
  /** Over the header of an id token. */
  header?: Fields;
  /** Signs with it, instead of its newest. */
  key?: SigningKey;
  userinfo?: Fields;
  /** Milliseconds that a door takes, or that it never answers, or begins to and does not end. */
  delay?: Partial<Record<Door, number | 'never' | 'half'>>;
  /** Ends a connection when its second request comes: so it looks to an instance that has slept meanwhile. */
  forgetful?: boolean;
  /** What a door answers, in place of the right thing. */
  answer?: Partial<Record<Door, { status: number; body?: string }>>;
}

export interface SigningKey {
  privateKey: CryptoKey;
  jwk: JWK;
}

/** What it was asked. */
export interface Asked {
  door: Door;
  authorization: string | undefined;
  fields: URLSearchParams;
}

/** Somebody as it knows them. */
export type LyingPerson = { sub: string } & Fields;

/**
 * A provider of OpenID Connect on loopback that says whatever a test wants. It has no pages: {@link sendBack} makes what
 * it would send the browser back with.
 */
export interface LyingProvider {
  issuer: string;
  id: string;
  lies: Lies;
  /** Everything that it was asked, in order. */
  asked: Asked[];
  /** How often a door was knocked at. */
  count(door: Door): number;
  /** Variables of an instance that knows it; of several, see {@link environmentOfAll}. */
  environment(settings?: Fields): Record<string, string>;
  settings(settings?: Fields): Fields;
  /** The fields that it answers an authorization with, for a browser in which this person has signed in. */
  sendBack(authorization: string | null, who: LyingPerson): Record<string, string>;
  /** The id tokens that it gave out, newest last. */
  given: string[];
  /** Signs something as it would a token. */
  sign(claims: Fields, header?: Fields, key?: SigningKey): Promise<string>;
  /** Has a new key and forgets the old one. */
  rotate(): Promise<void>;
  /** Takes its port away, and gives it back. */
  stop(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

export async function newKey(alg = 'RS256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = randomBytes(6).toString('hex');
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

export const nowSeconds = () => Math.floor(Date.now() / 1000);

/** Of an instance that knows all of these. */
export function environmentOfAll(...providers: LyingProvider[]): Record<string, string> {
  const secrets = providers.map(({ id }) => [`OIDC_SECRET_${id.toUpperCase()}`, lyingSecret]);
  return {
    OIDC_PROVIDERS: JSON.stringify(providers.map((each) => each.settings())),
    ...Object.fromEntries(secrets),
  };
}

/** Starts one that tells the truth until its `lies` are changed. */
export async function startLyingProvider(id = 'acme'): Promise<LyingProvider> {
  const grants = new Map<string, { sent: URLSearchParams; who: LyingPerson }>();
  const people = new Map<string, LyingPerson>();
  const asked: Asked[] = [];
  const used = new WeakSet<object>();
  const given: string[] = [];
  let key = await newKey();
  let server: Server;
  let port = 0;

  async function listen(): Promise<void> {
    server = createServer((req, res) => {
      answer(req, res).catch((error: unknown) => send(res, 400, String(error)));
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  }

  async function stop(): Promise<void> {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  await listen();
  const issuer = `http://127.0.0.1:${port}`;

  async function sign(claims: Fields, header: Fields = {}, by = provider.lies.key ?? key): Promise<string> {
    const { alg = 'RS256', kid } = by.jwk;
    const protectedHeader = { alg, kid, ...header } as { alg: string };
    return new SignJWT(claims as JWTPayload).setProtectedHeader(protectedHeader).sign(by.privateKey);
  }

  async function tokensFor({ authorization, fields }: Asked): Promise<unknown> {
    const { lies } = provider;
    const grant = grants.get(fields.get('code') ?? '');
    grants.delete(fields.get('code') ?? '');
    if (!grant) throw new Error('invalid_grant');
    const verifier = createHash('sha256')
      .update(fields.get('code_verifier') ?? '')
      .digest('base64url');
    if (verifier !== grant.sent.get('code_challenge'))
      throw new Error('the verifier is not that of the challenge');
    if (secretOf(authorization, fields) !== lyingSecret) throw new Error('invalid_client');
    const at = nowSeconds();
    const { sub } = grant.who;
    const nonce = grant.sent.get('nonce');
    const truth = { iss: issuer, sub, aud: lyingClientId, iat: at, exp: at + 300, nonce };
    const claims = kept({ ...truth, ...lies.claims });
    const idToken = lies.idToken ? await lies.idToken(claims) : await sign(claims, lies.header);
    if (typeof idToken === 'string') given.push(idToken);
    const accessToken = `an access token ${randomBytes(8).toString('hex')}`.replaceAll(' ', '-');
    people.set(accessToken, grant.who);
    return kept({ access_token: accessToken, token_type: 'Bearer', expires_in: 60, id_token: idToken });
  }

  const doors: Record<Door, (asked: Asked) => unknown> = {
    discovery: () =>
      kept({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['RS256'],
        subject_types_supported: ['public'],
        authorization_response_iss_parameter_supported: true,
        ...provider.lies.metadata,
      }),
    keys: () => ({ keys: [key.jwk] }),
    token: tokensFor,
    userinfo: ({ authorization = '' }) => ({
      ...people.get(authorization.replace(/^Bearer /, '')),
      ...provider.lies.userinfo,
    }),
  };

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (used.has(req.socket) && provider.lies.forgetful) return void req.socket.destroy();
    used.add(req.socket);
    const door = doorOf(req.url ?? '/');
    if (!door) return send(res, 404, '{}');
    const fields = new URLSearchParams(await text(req));
    const each = { door, fields, authorization: req.headers.authorization };
    asked.push(each);
    const { delay = {}, answer: instead = {} } = provider.lies;
    if (delay[door] === 'never') return;
    if (delay[door] === 'half') return void res.write('{"issuer":');
    await wait(Number(delay[door] ?? 0));
    const other = instead[door];
    if (other) return send(res, other.status, other.body ?? '{}');
    send(res, 200, JSON.stringify(await doors[door](each)));
  }

  const provider: LyingProvider = {
    issuer,
    id,
    lies: {},
    asked,
    given,
    count: (door) => asked.filter((each) => each.door === door).length,
    settings: (settings = {}) => ({ id, name: 'Acme', issuer, clientId: lyingClientId, ...settings }),
    environment: (settings = {}) => ({
      OIDC_PROVIDERS: JSON.stringify([provider.settings(settings)]),
      [`OIDC_SECRET_${id.toUpperCase()}`]: lyingSecret,
    }),
    sendBack: (authorization, who) => {
      const { searchParams: sent } = new URL(authorization ?? '');
      const code = `a-code-${randomBytes(12).toString('hex')}`;
      grants.set(code, { sent, who });
      return { code, state: sent.get('state') ?? '', iss: issuer };
    },
    sign,
    rotate: async () => {
      key = await newKey();
    },
    stop,
    resume: listen,
    close: stop,
  };
  return provider;
}

function doorOf(path: string): Door | undefined {
  if (path === '/.well-known/openid-configuration') return 'discovery';
  return (['keys', 'token', 'userinfo'] as const).find((door) => path === `/${door}`);
}

/** Form-encoded inside of Basic (RFC 6749, 2.3.1), or a field. */
function secretOf(authorization: string | undefined, fields: URLSearchParams): string | null {
  if (authorization === undefined) return fields.get('client_secret');
  const [, secret = ''] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':');
  return decodeURIComponent(secret.replaceAll('+', ' '));
}

/** Without what is undefined. */
const kept = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function send(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(body);
}
