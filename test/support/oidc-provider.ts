import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { CookieJar } from './events.ts';

/** Somebody who has an account at the provider. */
export interface ProviderPerson {
  sub: string;
  email?: string;
  email_verified?: boolean | string;
  name?: string;
  /** How the provider has authenticated them. */
  amr?: string[];
}

export interface ProviderOptions {
  /** Where it sends people back to. */
  publicUrl?: string;
  id?: string;
  responseMode?: 'query' | 'form_post';
}

export const clientId = 'session-auth';
export const clientSecret = 'a secret that the provider gave out';

/** A certified provider of OpenID Connect, on loopback. */
export interface TestProvider {
  issuer: string;
  provider: Provider;
  people: Map<string, ProviderPerson>;
  /** Variables of an instance that knows it. */
  environment(settings?: Record<string, unknown>): Record<string, string>;
  close(): Promise<void>;
}

/** Starts one, whose people sign in by the button with their name: see {@link visit} for who is no browser. */
export async function startProvider(options: ProviderOptions = {}): Promise<TestProvider> {
  const { publicUrl = 'http://localhost:3000', id = 'acme', responseMode = 'query' } = options;
  const people = new Map<string, ProviderPerson>();
  const server = createServer((req, res) => void handle(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${publicUrl}/auth/with/${id}/callback`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        backchannel_logout_uri: `${publicUrl}/auth/with/${id}/logout`,
      },
    ],
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
    },
    // Its own dispatcher calls nobody on this machine.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, sub) => {
      const found = [...people.values()].find((person) => person.sub === sub);
      return found && { accountId: sub, claims: async () => ({ ...found }) };
    },
    // Whoever signs in allows what is asked for.
    loadExistingGrant: async (ctx) => {
      const grant = new provider.Grant({
        clientId: ctx.oidc.client?.clientId ?? '',
        accountId: ctx.oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });

  async function handle(...[req, res]: Parameters<ReturnType<Provider['callback']>>): Promise<void> {
    const url = new URL(req.url ?? '/', issuer);
    if (!url.pathname.startsWith('/interaction/')) return void provider.callback()(req, res);
    const who = url.searchParams.get('who');
    if (who === null) {
      res.setHeader('content-type', 'text/html');
      res.end(buttons(people, url));
      return;
    }
    const login = people.get(who);
    const result = login
      ? { login: { accountId: login.sub, ...(login.amr && { amr: login.amr }) } }
      : { error: 'access_denied', error_description: 'refused' };
    await provider.interactionFinished(req, res, result);
  }

  return {
    issuer,
    provider,
    people,
    environment: (settings = {}) => ({
      OIDC_PROVIDERS: JSON.stringify([{ id, name: 'Acme', issuer, clientId, responseMode, ...settings }]),
      [`OIDC_SECRET_${id.toUpperCase()}`]: clientSecret,
    }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function buttons(people: ReadonlyMap<string, ProviderPerson>, { pathname }: URL): string {
  const names = [...people.keys(), 'nobody'].map((who) => `<a href="${pathname}?who=${who}">${who}</a>`);
  return `<!doctype html><title>Acme</title><h1>Sign in to Acme</h1>${names.join(' ')}`;
}

/** What a provider sends a browser back with. */
export interface SentBack {
  url: URL;
  /** Of a form that the browser is to post. */
  form?: Record<string, string>;
}

/**
 * Goes to a provider as a browser of `who` would, who signs in there, until it sends the browser back.
 *
 * @param who as in `people`; anybody else refuses.
 */
export async function visit(address: string, who: string, jar = new CookieJar()): Promise<SentBack> {
  let at = new URL(address);
  const { origin } = at;
  for (let steps = 0; steps < 10; steps += 1) {
    if (at.pathname.startsWith('/interaction/')) at.searchParams.set('who', who);
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie: headerOf(jar) } });
    for (const line of answer.headers.getSetCookie()) jar.take(line);
    const location = answer.headers.get('location');
    if (location === null) return { url: at, form: formIn(await answer.text()) };
    at = new URL(location, at);
    if (at.origin !== origin) return { url: at };
  }
  throw new Error('the provider sends its people in a circle');
}

function formIn(html: string): Record<string, string> {
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  if (fields.length === 0) throw new Error(`no form: ${html.slice(0, 500)}`);
  return Object.fromEntries(fields.map(([, name, value]) => [name, value]));
}

function headerOf(jar: CookieJar): string {
  return Object.entries(jar.all())
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
}
