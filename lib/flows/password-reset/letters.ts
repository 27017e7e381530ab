import * as z from 'zod/mini';
import { jobFields } from '../../mail/job.ts';
import { letterOf, withToken } from '../../mail/letter.ts';
import { mailKind } from '../../mail/mail-kind.ts';
import { asOf } from '../shared/letters.ts';
import { resetPassword } from '../shared/token-kinds.ts';
import { letterTexts } from './texts/texts.ts';

/** Choose a new password, where the address has an account. */
const forgotPassword = mailKind({
  kind: 'forgot_password',
  job: z.object({ email: jobFields.address, requestedAt: jobFields.at }),
  find: async ({ email, requestedAt }, { site, users, tokens }) => {
    const found = asOf(requestedAt, await users.findTokenHolderByEmail(email));
    if (!found) return null;
    const { user, credentialsVersion } = found;
    const data = { email: user.email, credentialsVersion };
    return {
      to: user.email,
      confirmed: user.emailVerified,
      userId: user.id,
      language: user.language,
      write: async (language) => {
        const token = await tokens.issue(resetPassword, user.id, data);
        return letterOf(letterTexts[language].resetPassword, site, withToken('/reset-password', token));
      },
    };
  },
});

export const passwordResetMails = [forgotPassword] as const;
