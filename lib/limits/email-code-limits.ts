import { networkAddress } from '../base/network-address.ts';
import type { Attempt } from './attempt.ts';
import { counterId } from './counter-id.ts';
import type { LimitParts } from './gate.ts';

/** Leave to look at a mailed code. */
export interface CodeAttempt extends Attempt {
  /** True where what was asked for has had its tries: whatever is shown is wrong then. */
  readonly isOver: boolean;
}

/** The limits on codes that are mailed to sign in. */
export interface EmailCodeLimits {
  /**
   * Counts a code that is asked for, apart from other mails: nobody keeps a forgotten password's link from its owner
   * by asking for codes.
   *
   * @returns false where this e-mail address has had its codes: answer as ever, and send none.
   */
  ask(emailKey: string, ip: string | undefined): Promise<boolean>;
  /**
   * Asks to look at a code. Of a browser that has asked for one, each look is counted before it is had, so that of
   * many guesses at once no more are answered.
   *
   * @param tie what ties the code to that browser.
   */
  guess(ip: string | undefined, tie: string | undefined): Promise<CodeAttempt>;
}

export function createEmailCodeLimits({ counters, gate, rules }: LimitParts): EmailCodeLimits {
  return {
    ask: async (emailKey, ip) => {
      await gate.count(rules.emailCodeNetwork, counterId('email-code-network', networkAddress(ip)));
      const counted = await counters.add(rules.emailCodeAddress, counterId('email-code-address', emailKey));
      return counted.count <= rules.emailCodeAddress.limit;
    },
    guess: async (ip, tie) => {
      const attempt = await gate.untilFailed(rules.network, counterId('network', networkAddress(ip)));
      if (tie === undefined) return { ...attempt, isOver: true };
      const { count } = await counters.add(rules.emailCode, counterId('email-code', tie));
      return { ...attempt, isOver: count > rules.emailCode.limit };
    },
  };
}
