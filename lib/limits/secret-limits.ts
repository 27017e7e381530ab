import type { FactorAttempt, PasswordAttempt } from './attempt.ts';
import { accountId, counterId, factorId, passwordId } from './counter-id.ts';
import type { LimitParts } from './gate.ts';

/** The limits on guessing at what is shown in a session. */
export interface SecretLimits {
  /**
   * Asks to check the current password of somebody who is signed in.
   *
   * @returns null where this session has had its tries: it is over.
   */
  currentPassword(session: { userId: string; sessionId: string }): Promise<PasswordAttempt | null>;
  /**
   * Asks to look at what is shown as a second factor, in a session that waits for it or in any other.
   *
   * @returns null where a sign-in that waits has had its tries: it is over.
   * @throws {Problem} 429 `rate_limited`, by account.
   */
  secondFactor(session: { userId: string; sessionId: string; waits: boolean }): Promise<FactorAttempt | null>;
}

export function createSecretLimits({ counters, gate, rules }: LimitParts): SecretLimits {
  async function currentPassword({ userId, sessionId }: { userId: string; sessionId: string }) {
    const session = `${passwordId(userId)}:${counterId('session', sessionId)}`;
    const { limit } = rules.currentPassword;
    // Counted before the password is looked at, so that of many guesses at once no more are answered.
    const { count: tries } = await counters.add(rules.currentPassword, session);
    if (tries > limit) return null;
    return {
      isLast: tries === limit,
      // A lock refuses none of these: who is signed in may open it by a new password.
      failed: async (emailKey: string) => void (await counters.add(rules.account, accountId(emailKey))),
      succeeded: () => counters.remove([session]),
    };
  }

  async function secondFactor(session: { userId: string; sessionId: string; waits: boolean }) {
    const account = factorId(session.userId);
    const waiting = `${account}:${counterId('waiting', session.sessionId)}`;
    const { limit } = rules.waitingSignIn;
    // Counted before it is looked at, so that of many guesses at once no more are answered.
    const tries = session.waits ? (await counters.add(rules.waitingSignIn, waiting)).count : 0;
    if (tries > limit) return null;
    await gate.count(rules.secondFactor, account);
    return { isLast: tries === limit, succeeded: () => counters.remove([account]) };
  }

  return { currentPassword, secondFactor };
}
