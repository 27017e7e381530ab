import type { Config } from '../../base/config.ts';
import type { RelyingParty } from '../../users/webauthn.ts';
import { trustedOrigins } from '../../web/cross-origin.ts';

/**
 * The site as authenticators know it: the host of `PUBLIC_URL`. Of the origins whose pages may call us, those may ask
 * for its passkeys that lie under that host; browsers refuse the others by themselves (W3C WebAuthn, 5.1.3).
 */
export function relyingPartyOf(
  config: Pick<Config, 'publicUrl' | 'appName' | 'allowedOrigins'>,
): RelyingParty {
  const id = new URL(config.publicUrl).hostname;
  const isUnder = (origin: string) => {
    const { hostname } = new URL(origin);
    return hostname === id || hostname.endsWith(`.${id}`);
  };
  return { id, name: config.appName, origins: [...trustedOrigins(config)].filter(isUnder) };
}
