import * as z from 'zod/mini';
import { jobFields } from '../../../mail/job.ts';
import type { Letter } from '../../../mail/letter.ts';
import { mailKind } from '../../../mail/mail-kind.ts';
import { nameOf, newCode, tokenOf } from '../../../tokens/mailed-codes.ts';
import { lifetimeOf } from '../../../tokens/token-kind.ts';
import { asOf, told } from '../../shared/letters.ts';
import { emailCode as emailCodeToken } from '../manifest.ts';

export const letters = {
  emailCode: (site: string, code: string): Letter => ({
    subject: `Your code to sign in at ${site}`,
    paragraphs: [
      `Somebody, probably you, asked for a code to sign in at ${site}. Type it within ${lifetimeOf(emailCodeToken)}, in the browser that asked for it:`,
    ],
    code: `${code.slice(0, 4)} ${code.slice(4)}`,
    closing: [
      'It works once, and nowhere else. Give it to nobody, whoever asks you for it.',
      'If it was not you, do nothing: without this code nobody gets in by it.',
    ],
  }),

  passwordTakenAway: (site: string): Letter => ({
    subject: `The password has been removed at ${site}`,
    paragraphs: [
      `This address has just been confirmed for an account at ${site}, by a code from a mail. The password that was set before that has been removed, since anybody could have set it, and every session before has ended.`,
      'You sign in by mailed codes from now on. If you want a password, choose a new one:',
    ],
    link: { label: 'Choose a new password', path: '/forgot-password' },
    closing: [],
  }),
};

/** A code to sign in by, where the address has an account. */
const emailCode = mailKind({
  kind: 'email_code',
  job: z.object({
    email: jobFields.address,
    requestedAt: jobFields.at,
    /** Makes codes that only the browser can show whose it is: no secret by itself. */
    lock: z.string().check(z.regex(/^[\w-]{43}$/)),
  }),
  find: async ({ email, requestedAt, lock }, { site, users, tokens, now }) => {
    const expiresAt = new Date(new Date(requestedAt).getTime() + emailCodeToken.lifetimeMs);
    const found = asOf(requestedAt, await users.findTokenHolderByEmail(email));
    if (!found || expiresAt <= now()) return null;
    const { user, credentialsVersion } = found;
    const data = { email: user.email, credentialsVersion };
    return {
      to: user.email,
      confirmed: user.emailVerified,
      userId: user.id,
      write: async () => {
        const code = newCode();
        const more = { apart: nameOf(lock), expiresAt };
        await tokens.keep(tokenOf(lock, code), emailCodeToken, user.id, data, more);
        return letters.emailCode(site, code);
      },
    };
  },
});

/** Tell that a password is gone that was there before the address was confirmed. */
const passwordTakenAway = mailKind({
  kind: 'password_taken_away',
  job: z.object({ userId: jobFields.id, to: jobFields.address }),
  find: (job, { users, site }) => told(users, job, letters.passwordTakenAway(site)),
});

export const emailCodeMails = [emailCode, passwordTakenAway] as const;
