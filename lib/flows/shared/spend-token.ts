import { networkAddress } from '../../base/network-address.ts';
import { Problem } from '../../base/problem.ts';
import type { Limits } from '../../limits/limits.ts';
import type { OneTimeTokens, Spending, StoredToken } from '../../tokens/one-time-tokens.ts';
import { repeatMs } from '../../tokens/repeats.ts';
import type { TokenKind } from '../../tokens/token-kind.ts';
import { invalidToken, tokenProblems, usedToken } from '../../tokens/token-problems.ts';
import type { Passwords } from '../../users/passwords.ts';
import type { Users } from '../../users/repository.ts';

interface TokenSpending<T> {
  token: string;
  kinds: readonly TokenKind[];
  ip: string | undefined;
  now: () => Date;
  work: (token: StoredToken) => Promise<T>;
  /**
   * What a caller gets who spent this very token a moment ago, from the same network address.
   *
   * @throws {Problem} where this time something else is asked for than was done.
   */
  repeated: (token: StoredToken) => Promise<T>;
}

/**
 * Spends a token that came from the network, within the limit on wrong ones.
 *
 * @throws {Problem} 400 `invalid_token`, 429 `rate_limited`, and what `work` throws: the token is good again then.
 */
export async function spendToken<T>(
  { tokens, limits }: { tokens: OneTimeTokens; limits: Limits },
  { token, kinds, ip, now, work, repeated }: TokenSpending<T>,
): Promise<T> {
  const attempt = await limits.token(ip);
  const network = networkAddress(ip);
  const spent = await tokens.spend(token, kinds, network, work);
  if (!spent) {
    await attempt.failed();
    throw invalidToken();
  }
  if (spent.outcome === 'done') {
    await attempt.succeeded();
    return spent.result;
  }
  // A link that did its work is no guess, and does not count; a password that is tried out by it is one, and does.
  if (!isRepeat(spent.token.spent, network, now())) throw usedAs(kinds, spent.token);
  try {
    return await repeated(spent.token);
  } catch (error) {
    if (error instanceof Problem && error.code === tokenProblems.invalid_token.code) await attempt.failed();
    throw error;
  }
}

function usedAs(kinds: readonly TokenKind[], { purpose }: StoredToken): Problem {
  const kind = kinds.find((each) => each.purpose === purpose);
  return kind ? usedToken(kind) : invalidToken();
}

function isRepeat(spent: Spending, network: string, now: Date): boolean {
  return spent.network === network && now.getTime() - spent.at.getTime() < repeatMs;
}

/** Whether who asks again to set a password asks for the one that was set. */
export async function isPasswordOf(
  { users, passwords }: { users: Users; passwords: Passwords },
  userId: string,
  password: string,
): Promise<boolean> {
  const credentials = await users.findCredentialsById(userId);
  return credentials !== null && (await passwords.verify(password, credentials.passwordHash)).matches;
}
