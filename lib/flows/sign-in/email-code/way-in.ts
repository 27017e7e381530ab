import type { Request } from 'express';
import type { Activity } from '../../../activity/activity.ts';
import { networkAddress } from '../../../base/network-address.ts';
import { Problem } from '../../../base/problem.ts';
import type { Limits } from '../../../limits/limits.ts';
import { lockOf, tokenOf } from '../../../tokens/mailed-codes.ts';
import type { OneTimeTokens } from '../../../tokens/one-time-tokens.ts';
import type { Users } from '../../../users/repository.ts';
import type { Credentials } from '../../../users/user.ts';
import { callerOf } from '../../../web/caller.ts';
import { shared } from '../../shared/manifest.ts';
import type { WayIn } from '../../shared/way-in.ts';
import { emailCode } from '../manifest.ts';
import type { CodeTie, CodeTies } from './code-ties.ts';
import type { FirstConfirmation } from './first-confirmation.ts';

export interface EmailCodeInput {
  code: string;
  remember?: boolean | undefined;
}

export interface EmailCodeWayInOptions {
  codeTies: CodeTies;
  confirmFirst: FirstConfirmation;
  users: Users;
  tokens: OneTimeTokens;
  limits: Pick<Limits, 'emailCodes'>;
  activity: Activity<'sign_in_failed'>;
}

/** The way in by a code from a mail. A lock of the account, which is about guesses at its password, does not keep it out. */
export function createEmailCodeWayIn(options: EmailCodeWayInOptions): WayIn<EmailCodeInput> {
  const { codeTies, confirmFirst, users, tokens, limits, activity } = options;

  /** Spends the code where it is right: then nobody else gets in by it, whatever comes after. */
  async function use(req: Request, { tie }: CodeTie, code: string, found: Credentials | null) {
    const token = tokenOf(lockOf(tie), code);
    const spent = await tokens.spend(token, [emailCode], networkAddress(req.ip), async ({ userId, data }) => {
      const isSame = found?.user.id === userId && found.credentialsVersion === data.credentialsVersion;
      if (!isSame) return null;
      return found.user.emailVerified ? found : confirmFirst(req, found);
    });
    return spent?.outcome === 'done' ? spent.result : null;
  }

  return {
    name: 'email_code',
    factor: 'first',
    prove: async ({ code, remember = true }, caller) => {
      const asked = codeTies.find(caller);
      const attempt = await limits.emailCodes.guess(caller.ip, asked?.tie);
      if (!asked || attempt.isOver) {
        await attempt.failed();
        throw invalidCode();
      }
      const found = await users.findCredentialsByEmail(asked.email);
      const credentials = await use(caller, asked, code, found);
      if (!credentials) {
        await activity.record('sign_in_failed', found?.user.id ?? null, callerOf(caller));
        await attempt.failed();
        throw invalidCode();
      }
      codeTies.forget(caller);
      return { credentials, methods: ['email_code'], assurance: 1, remember, overtaken: invalidCode };
    },
  };
}

/** The answer to whatever is wrong with a mailed code, and to who has none. */
function invalidCode(): Problem {
  return new Problem(
    shared.problems.invalid_code,
    'The code is wrong or over, or was asked for in another browser. Type it again, or ask for another one.',
    { errors: [{ path: 'code', message: 'is wrong or over. Type it again, or ask for another one' }] },
  );
}
