import type { TestAnswer } from './events.ts';
import { type LyingProvider, lyingClientId, nowSeconds } from './lying-provider.ts';
import type { Person } from './person.ts';

export const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';
export const logoutHeader = { typ: 'logout+jwt' };
let tokens = 0;

/** The claims of a right logout token; what is undefined is left out. */
export function logoutClaims(
  provider: LyingProvider,
  more: Record<string, unknown>,
): Record<string, unknown> {
  tokens += 1;
  const at = nowSeconds();
  const jti = `token-${process.pid}-${tokens}-${at}`;
  const right = {
    iss: provider.issuer,
    aud: lyingClientId,
    iat: at,
    exp: at + 120,
    jti,
    events: { [logoutEvent]: {} },
  };
  const all = Object.entries({ ...right, ...more });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** One that the provider has signed. */
export const logoutToken = (provider: LyingProvider, more: Record<string, unknown>) =>
  provider.sign(logoutClaims(provider, more), logoutHeader);

/** As the provider calls us, which is no browser. */
export function tell({ auth }: Person, token: string, id = 'acme', expect5xx = false): Promise<TestAnswer> {
  return auth.post(`/auth/with/${id}/logout`, String(new URLSearchParams({ logout_token: token })), {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    cookies: {},
    expect5xx,
  });
}

export const said = (answer: TestAnswer) => [answer.status, answer.body === '' ? '' : answer.json().code];
export const refusedToken = [400, 'invalid_logout_token'];
