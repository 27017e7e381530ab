import type { Limits } from '../limits/limits.ts';
import { invalidToken, type OneTimeTokens, type StoredToken, type TokenPurpose } from './one-time-tokens.ts';

/**
 * Spends a token that came from the network, within the limit on wrong ones.
 *
 * @throws {Problem} 400 `invalid_token`, 429 `rate_limited`, and what `work` throws: the token is good again then.
 */
export async function spendToken<T>(
  { tokens, limits }: { tokens: OneTimeTokens; limits: Limits },
  { token, purposes, ip }: { token: string; purposes: readonly TokenPurpose[]; ip: string | undefined },
  work: (token: StoredToken) => Promise<T>,
): Promise<T> {
  const attempt = await limits.token(ip);
  const spent = await tokens.spend(token, purposes, work);
  if (!spent) {
    await attempt.failed();
    throw invalidToken();
  }
  await attempt.succeeded();
  return spent.result;
}
