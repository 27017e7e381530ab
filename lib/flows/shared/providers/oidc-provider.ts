import type { JWTVerifyGetKey } from 'jose';
import type { Configuration } from 'openid-client';
import { unavailable } from '../../../base/problem.ts';
import type { ProviderSettings } from '../../../base/provider-settings.ts';
import { within } from '../../../base/within.ts';
import { identityOf, isMultiFactor, profileOf } from './claims.ts';
import { fetchAnew } from './fetch-anew.ts';
import { callbackUrl, type Provider, providerWaitMs, skewSeconds, type Ties } from './provider.ts';
import { providerSession } from './provider-session.ts';

/** What a provider says of itself, and its keys, are asked for again after an hour, in milliseconds. */
const keptMs = 60 * 60 * 1000;
/** Who shows anew who they are has done so within this time, in seconds. */
const freshSeconds = 10 * 60;

export interface OidcProviderOptions {
  settings: ProviderSettings;
  config: { readonly publicUrl: string; readonly deployed: boolean };
  now: () => Date;
}

/** What is known of a provider. */
interface Known {
  readonly client: Configuration;
  readonly keys: JWTVerifyGetKey;
  readonly since: Date;
}

/**
 * A provider of OpenID Connect: the authorization code flow with PKCE, by openid-client.
 *
 * Nothing is asked of it before somebody uses it, and a failure is not remembered. Signatures of id tokens are
 * verified too, though OpenID Connect (Core, 3.1.3.7) would let the connection to the token endpoint stand for them.
 */
export function createOidcProvider({ settings, config, now }: OidcProviderOptions): Provider {
  const { issuer, clientId, clientSecret, responseMode, scope } = settings;
  let known: Known | undefined;
  let asking: Promise<Known> | undefined;

  async function ask(): Promise<Known> {
    const [openid, jose] = await Promise.all([import('./openid.ts'), import('./jwt.ts')]);
    const post = openid.ClientSecretPost(clientSecret);
    const basic = openid.ClientSecretBasic(clientSecret);
    const client = await openid.discovery(
      new URL(issuer),
      clientId,
      { [openid.clockTolerance]: skewSeconds },
      (as, ...rest) =>
        (as.token_endpoint_auth_methods_supported?.includes('client_secret_post') ? post : basic)(
          as,
          ...rest,
        ),
      {
        timeout: providerWaitMs / 1000,
        [openid.customFetch]: fetchAnew,
        // On the machine of whoever develops it may be a plain one.
        execute: config.deployed ? [] : [openid.allowInsecureRequests],
      },
    );
    const { jwks_uri: keysAt = '', token_endpoint: codesAt } = client.serverMetadata();
    if (config.deployed && !keysAt.startsWith('https:'))
      throw new Error('the keys of the provider are not at https');
    // What leads nowhere is not worth remembering either.
    openid.buildAuthorizationUrl(client, {});
    if (codesAt === undefined) throw new Error('the provider does not say where it takes codes');
    const keys = jose.createRemoteJWKSet(new URL(keysAt), {
      timeoutDuration: providerWaitMs,
      [jose.customFetch]: fetchAnew,
      cacheMaxAge: keptMs,
      // An unknown key is asked for at once: who sends tokens is the provider, or is limited.
      cooldownDuration: 0,
    });
    return { client, keys, since: now() };
  }

  /** What came late is of use to the next request. */
  async function know(): Promise<Known> {
    if (known && now().getTime() - known.since.getTime() < keptMs) return known;
    asking ??= ask().then((found) => {
      known = found;
      return found;
    });
    const asked = asking;
    try {
      return await within(providerWaitMs, asked, () => new Error('the provider did not answer in time'));
    } finally {
      // What was given up may have died while the instance slept: nobody waits for it again.
      if (asking === asked) asking = undefined;
    }
  }

  async function begin({ state, nonce, verifier, anew }: Ties): Promise<URL> {
    const { client } = await know();
    const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await import('./openid.ts');
    return buildAuthorizationUrl(client, {
      redirect_uri: callbackUrl(config.publicUrl, settings),
      scope,
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(responseMode === 'form_post' && { response_mode: responseMode }),
      ...(anew !== undefined && { max_age: String(freshSeconds) }),
    });
  }

  async function answered(url: URL, { state, nonce, verifier, anew }: Ties) {
    const { client, keys } = await know();
    const [{ authorizationCodeGrant, fetchUserInfo }, { jwtVerify }] = await Promise.all([
      import('./openid.ts'),
      import('./jwt.ts'),
    ]);
    const tokens = await authorizationCodeGrant(client, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const { payload: claims } = await jwtVerify(tokens.id_token ?? '', keys, { clockTolerance: skewSeconds });
    // Neither library looks at these: OpenID Connect Core, 3.1.3.7, steps 5 and 10.
    const { azp = clientId, iat = 0 } = claims;
    if (azp !== clientId) throw new Error('the token was asked for by another client');
    if (iat > Date.now() / 1000 + skewSeconds) throw new Error('the token is of the future');
    const identity = identityOf(claims);
    // Not every provider says when that was.
    const { auth_time: shownAt } = claims;
    const latest = now().getTime() / 1000 - freshSeconds - skewSeconds;
    if (anew !== undefined && typeof shownAt === 'number' && shownAt < latest)
      throw new Error('the provider did not ask anew');
    return {
      identity,
      session: providerSession(settings, claims.sid),
      secondFactor: isMultiFactor(claims),
      profile: async () => {
        const { userinfo_endpoint: more } = client.serverMetadata();
        if (claims.email !== undefined || more === undefined) return profileOf(claims);
        return profileOf(await fetchUserInfo(client, tokens.access_token, identity.subject));
      },
    };
  }

  async function loggedOut(logoutToken: string) {
    const { client, keys } = await know().catch(isAway);
    const { jwtVerify } = await import('./jwt.ts');
    const keyOf: JWTVerifyGetKey = async (...asked) => Promise.resolve(keys(...asked)).catch(isAway);
    const { payload } = await jwtVerify(logoutToken, keyOf, {
      typ: 'logout+jwt',
      issuer: client.serverMetadata().issuer,
      audience: clientId,
      clockTolerance: skewSeconds,
      maxTokenAge: `${freshSeconds}s`,
      requiredClaims: ['jti', 'exp'],
    });
    const { events = {}, jti, iat = 0, nonce } = payload;
    if (!Object.hasOwn(events as object, 'http://schemas.openid.net/event/backchannel-logout'))
      throw new Error('the token is for another event');
    if (nonce !== undefined) throw new Error('a logout token has no nonce');
    if (typeof jti !== 'string' || jti === '') throw new Error('the token has no id');
    // It is of no use after that, whatever it says of its end.
    const until = new Date((iat + freshSeconds + skewSeconds + 1) * 1000);
    const session = providerSession(settings, payload.sid);
    const namesNobody = payload.sub === undefined && session !== undefined;
    const identity = namesNobody ? undefined : identityOf(payload);
    return { identity, session, tokenId: jti, until };
  }

  return { settings, begin, answered, loggedOut };
}

/** What jose says where the provider has answered, and the token is of no key that it has. */
const noKeyOfIts: ReadonlySet<unknown> = new Set([
  'ERR_JWKS_NO_MATCHING_KEY',
  'ERR_JWKS_MULTIPLE_MATCHING_KEYS',
  'ERR_JOSE_NOT_SUPPORTED',
]);

/** Nobody can say whether a token is right while its provider is away. @throws {Problem} 503 `unavailable`. */
function isAway(cause: Error & { code?: unknown }): never {
  throw noKeyOfIts.has(cause.code) ? cause : unavailable(cause);
}
