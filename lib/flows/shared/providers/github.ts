import type { Configuration } from 'openid-client';
import type { ProviderSettings } from '../../../base/provider-settings.ts';
import { fetchAnew } from './fetch-anew.ts';
import { callbackUrl, type Profile, type Provider, providerWaitMs } from './provider.ts';

export interface GitHubOptions {
  settings: ProviderSettings;
  config: { readonly publicUrl: string; readonly deployed: boolean };
}

/** Of `GET /user/emails`. */
interface GitHubAddress {
  readonly email: string;
  readonly primary: boolean;
  readonly verified: boolean;
}

/**
 * GitHub, or a GitHub Enterprise Server: OAuth 2 with PKCE, and `GET /user` in the place of an id token
 * (https://docs.github.com/apps/oauth-apps, https://docs.github.com/rest/users). A user is the number in `id`, since
 * a login may be given to somebody else.
 */
export function createGitHub({ settings, config }: GitHubOptions): Provider {
  const site = settings.issuer.replace(/\/$/, '');
  const api = site === 'https://github.com' ? 'https://api.github.com' : `${site}/api/v3`;
  let client: Configuration | undefined;

  async function clientOf(): Promise<Configuration> {
    const openid = await import('./openid.ts');
    if (!client) {
      const endpoints = {
        issuer: site,
        authorization_endpoint: `${site}/login/oauth/authorize`,
        token_endpoint: `${site}/login/oauth/access_token`,
      };
      const secret = openid.ClientSecretPost(settings.clientSecret);
      client = new openid.Configuration(endpoints, settings.clientId, {}, secret);
      client.timeout = providerWaitMs / 1000;
      client[openid.customFetch] = fetchAnew;
      if (!config.deployed) openid.allowInsecureRequests(client);
    }
    return client;
  }

  /** @throws where it does not answer with 200. */
  async function get(token: string, path: string): Promise<unknown> {
    const { fetchProtectedResource } = await import('./openid.ts');
    const headers = new Headers({
      Accept: 'application/vnd.github+json',
      'X-GitHub-Api-Version': '2022-11-28',
    });
    const url = new URL(api + path);
    const response = await fetchProtectedResource(await clientOf(), token, url, 'GET', null, headers);
    if (response.status !== 200) throw new Error(`GitHub answered ${response.status}`);
    return response.json();
  }

  return {
    settings,
    begin: async ({ state, verifier }) => {
      const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await import('./openid.ts');
      return buildAuthorizationUrl(await clientOf(), {
        redirect_uri: callbackUrl(config.publicUrl, settings),
        scope: settings.scope,
        state,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
    },
    answered: async (url, { state, verifier }) => {
      const { authorizationCodeGrant } = await import('./openid.ts');
      // What it sends is tied to it by the address that it is sent to.
      url.searchParams.delete('iss');
      const checks = { expectedState: state, pkceCodeVerifier: verifier };
      const { access_token: token } = await authorizationCodeGrant(await clientOf(), url, checks);
      const user = (await get(token, '/user')) as { id?: unknown; name?: unknown };
      if (!Number.isSafeInteger(user.id)) throw new Error('GitHub did not say whose token it is');
      return {
        identity: { issuer: site, subject: String(user.id) },
        secondFactor: false,
        profile: async () =>
          profileOf(user, (await get(token, '/user/emails?per_page=100')) as GitHubAddress[]),
      };
    },
  };
}

function profileOf({ name }: { name?: unknown }, addresses: readonly GitHubAddress[]): Profile {
  const primary = addresses.find((each) => each.primary);
  return {
    email: primary?.email,
    emailVerified: primary?.verified === true,
    name: typeof name === 'string' ? name : undefined,
  };
}
