import * as z from 'zod/mini';
import { jobFields } from '../../mail/job.ts';
import { type Letter, withToken } from '../../mail/letter.ts';
import { mailKind } from '../../mail/mail-kind.ts';
import { lifetimeOf } from '../../tokens/token-kind.ts';
import { asOf } from '../shared/letters.ts';
import { resetPassword } from '../shared/token-kinds.ts';

export const letters = {
  resetPassword: (site: string, token: string): Letter => ({
    subject: `Choose a new password for ${site}`,
    paragraphs: [
      `Somebody, probably you, asked for a new password at ${site}. Choose one within ${lifetimeOf(resetPassword)}:`,
    ],
    link: { label: 'Choose a new password', path: withToken('/reset-password', token) },
    closing: [
      'This ends every session of your account. Asking again makes this link worthless.',
      'If it was not you, do nothing: your password stays as it is.',
    ],
  }),
};

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
      write: async () => letters.resetPassword(site, await tokens.issue(resetPassword, user.id, data)),
    };
  },
});

export const passwordResetMails = [forgotPassword] as const;
