import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Of `GET /user/emails`. */
export interface GitHubAddress {
  email: string;
  primary: boolean;
  verified: boolean;
  visibility: 'public' | 'private' | null;
}

/** Somebody at GitHub: what its routes say of them. */
export interface GitHubPerson {
  id: unknown;
  login: string;
  name: string | null;
  /** The public address, which anybody may write there. */
  email: string | null;
  addresses: GitHubAddress[];
}

/** One request that it was sent. */
export interface AskedOfGitHub {
  path: string;
  headers: IncomingMessage['headers'];
  body: URLSearchParams;
}

/**
 * A stand-in for GitHub, as a GitHub Enterprise Server has it below one address: it answers as GitHub's documentation
 * says (docs.github.com: "Authorizing OAuth apps"; REST API, 2022-11-28: "Get the authenticated user", "List email
 * addresses for the authenticated user").
 */
export interface TestGitHub {
  issuer: string;
  asked: AskedOfGitHub[];
  /** Variables of an instance that knows it, as `hub`. */
  environment(settings?: Record<string, unknown>): Record<string, string>;
  /** The address that it sends the browser back to, of somebody who allows what is asked for at `address`. */
  allow(address: string, person: GitHubPerson): URL;
  /** The same of who refuses. */
  refuse(address: string): URL;
  /** Answers these paths with another status from now on. */
  statuses: Map<string, number>;
  /** What is answered at the token endpoint, in the place of a token. */
  tokenError: string | undefined;
  close(): Promise<void>;
}

const clientId = 'Iv1.8a61f9b3a7aba766';
const clientSecret = 'the secret that GitHub gave out';

export async function startGitHub(): Promise<TestGitHub> {
  const codes = new Map<string, { person: GitHubPerson; challenge: string; redirectUri: string }>();
  const tokens = new Map<string, GitHubPerson>();
  const asked: AskedOfGitHub[] = [];
  const server = createServer((req, res) => void answer(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname: path } = new URL(req.url ?? '/', issuer);
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = new URLSearchParams(Buffer.concat(chunks).toString());
    asked.push({ path, headers: req.headers, body });
    const status = hub.statuses.get(path);
    if (status !== undefined) return send(res, status, { message: 'Server Error' });
    if (path === '/login/oauth/access_token') return send(res, 200, tokenFor(body));
    const person = tokens.get(/^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '');
    if (!person) return send(res, 401, { message: 'Bad credentials', documentation_url: issuer });
    const { addresses, ...user } = person;
    if (path === '/api/v3/user') return send(res, 200, { ...user, type: 'User', site_admin: false });
    if (path === '/api/v3/user/emails') return send(res, 200, addresses);
    return send(res, 404, { message: 'Not Found' });
  }

  /** What goes wrong is answered with 200 too. */
  function tokenFor(body: URLSearchParams) {
    if (hub.tokenError !== undefined) return errorOf(hub.tokenError);
    const isOurs = body.get('client_id') === clientId && body.get('client_secret') === clientSecret;
    if (!isOurs) return errorOf('incorrect_client_credentials');
    const found = codes.get(body.get('code') ?? '');
    codes.delete(body.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    if (!found || found.challenge !== challenge) return errorOf('bad_verification_code');
    if (found.redirectUri !== body.get('redirect_uri')) return errorOf('redirect_uri_mismatch');
    const token = `gho_${tokens.size}${'x'.repeat(36)}`;
    tokens.set(token, found.person);
    return { access_token: token, scope: 'read:user,user:email', token_type: 'bearer' };
  }

  function sentBack(address: string, said: Record<string, string>): URL {
    const { searchParams } = new URL(address);
    const back = new URL(searchParams.get('redirect_uri') ?? '');
    back.search = String(new URLSearchParams({ ...said, state: searchParams.get('state') ?? '' }));
    return back;
  }

  const hub: TestGitHub = {
    issuer,
    asked,
    statuses: new Map(),
    tokenError: undefined,
    environment: (settings = {}) => ({
      OIDC_PROVIDERS: JSON.stringify([
        { id: 'hub', name: 'GitHub', kind: 'github', issuer, clientId, ...settings },
      ]),
      OIDC_SECRET_HUB: clientSecret,
    }),
    allow: (address, person) => {
      const { searchParams } = new URL(address);
      const code = `code${codes.size}${asked.length}`;
      const [challenge, redirectUri] = ['code_challenge', 'redirect_uri'].map((name) =>
        searchParams.get(name),
      );
      codes.set(code, { person, challenge: challenge ?? '', redirectUri: redirectUri ?? '' });
      return sentBack(address, { code });
    },
    refuse: (address) =>
      sentBack(address, {
        error: 'access_denied',
        error_description: 'The user has denied your application access.',
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return hub;
}

const errorOf = (error: string) => ({
  error,
  error_description: 'as GitHub says it',
  error_uri: 'https://docs.github.com',
});

function send(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  res.end(JSON.stringify(body));
}
