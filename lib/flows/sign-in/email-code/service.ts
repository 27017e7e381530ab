import type { Request } from 'express';
import type { Limits } from '../../../limits/limits.ts';
import { lockOf } from '../../../tokens/mailed-codes.ts';
import { emailKey } from '../../../users/email.ts';
import type { WayIn } from '../../shared/way-in.ts';
import { type CodeTiesOptions, createCodeTies } from './code-ties.ts';
import { createFirstConfirmation, type FirstConfirmationOptions } from './first-confirmation.ts';
import { createEmailCodeWayIn, type EmailCodeInput, type EmailCodeWayInOptions } from './way-in.ts';

/** Signing in by a code from a mail, for the JSON routes and the pages alike. */
export interface EmailCodes {
  /**
   * Has a code mailed to this address if it has an account: the same work for both, and no word of which. The answer
   * ties it to the browser that asks.
   *
   * @returns what ties it to a client that keeps no cookies, and shows this with the code.
   * @throws {Problem} 429 `rate_limited`, by network address.
   */
  ask(req: Request, email: string): Promise<string>;
  /** For which address this browser has asked, while a code for it could still be good; else null. */
  askedFor(req: Request): string | null;
  readonly wayIn: WayIn<EmailCodeInput>;
}

export type EmailCodesOptions = CodeTiesOptions &
  FirstConfirmationOptions &
  Omit<EmailCodeWayInOptions, 'codeTies' | 'confirmFirst'> & { limits: Pick<Limits, 'emailCodes'> };

export function createEmailCodes(options: EmailCodesOptions): EmailCodes {
  const { limits, mailQueue } = options;
  const codeTies = createCodeTies(options);
  const confirmFirst = createFirstConfirmation(options);

  return {
    ask: async (req, email) => {
      const mayMail = await limits.emailCodes.ask(emailKey(email), req.ip);
      const { tie, askedAt, token } = codeTies.begin(req, email, !mayMail);
      if (!mayMail) return token;
      const requestedAt = askedAt.toISOString();
      await mailQueue.enqueue({ kind: 'email_code', email, requestedAt, lock: lockOf(tie) });
      return token;
    },
    askedFor: (req) => codeTies.find(req)?.email ?? null,
    wayIn: createEmailCodeWayIn({ ...options, codeTies, confirmFirst }),
  };
}
