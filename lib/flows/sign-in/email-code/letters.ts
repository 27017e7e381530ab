import * as z from 'zod/mini';
import { jobFields } from '../../../mail/job.ts';
import { letterOf } from '../../../mail/letter.ts';
import { mailKind } from '../../../mail/mail-kind.ts';
import { nameOf, newCode, tokenOf } from '../../../tokens/mailed-codes.ts';
import { asOf, telling } from '../../shared/letters.ts';
import { emailCode as emailCodeToken } from '../manifest.ts';
import { letterTexts } from './texts/texts.ts';

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
      language: user.language,
      write: async (language) => {
        const code = newCode();
        const more = { apart: nameOf(lock), expiresAt };
        await tokens.keep(tokenOf(lock, code), emailCodeToken, user.id, data, more);
        const letter = letterOf(letterTexts[language].emailCode, site);
        return { ...letter, code: `${code.slice(0, 4)} ${code.slice(4)}` };
      },
    };
  },
});

/** Tell that a password is gone that was there before the address was confirmed. */
const passwordTakenAway = telling('password_taken_away', {
  texts: (language) => letterTexts[language].passwordTakenAway,
  path: '/forgot-password',
});

export const emailCodeMails = [emailCode, passwordTakenAway] as const;
