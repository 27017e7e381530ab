import * as z from 'zod/mini';
import { jobFields } from '../../mail/job.ts';
import { letterOf, withToken } from '../../mail/letter.ts';
import { mailKind } from '../../mail/mail-kind.ts';
import { asOf, confirmationOf, telling, verificationOf } from '../shared/letters.ts';
import { changeEmail as changeEmailToken, undoEmail } from '../shared/token-kinds.ts';
import { letterTexts } from './texts/texts.ts';

/** Confirm an address, of an account or a waiting sign-up, asked for by address. */
const resend = mailKind({
  kind: 'resend',
  job: z.object({ email: jobFields.address, requestedAt: jobFields.at }),
  find: async ({ email, requestedAt }, parts) => {
    const found = await parts.users.findTokenHolderByEmail(email);
    if (found) return verificationOf(asOf(requestedAt, found), parts);
    return confirmationOf(await parts.waitingSignUps.findLatest(email), parts);
  },
});

/**
 * Confirm a new address, or tell its owner that it has an account.
 *
 * The request has opened the link; what ended it since leaves nothing to fill, whoever has the address.
 */
const changeEmail = mailKind({
  kind: 'change_email',
  job: z.object({
    userId: jobFields.id,
    credentialsVersion: jobFields.credentialsVersion,
    newEmail: jobFields.address,
  }),
  find: async ({ userId, credentialsVersion, newEmail }, { site, users, tokens }) => {
    const [found, owner] = await Promise.all([
      users.findTokenHolderById(userId),
      users.findByEmail(newEmail),
    ]);
    if (found?.credentialsVersion !== credentialsVersion) return null;
    const fill = () => tokens.reissue(changeEmailToken, userId, { email: newEmail, credentialsVersion });
    const isTaken = owner !== null && owner.id !== userId;
    return {
      to: isTaken ? owner.email : newEmail,
      confirmed: owner?.emailVerified ?? false,
      userId: isTaken ? owner.id : userId,
      language: (isTaken ? owner : found.user).language,
      write: async (language) => {
        const token = await fill();
        if (token === null) return null;
        const { newEmailTaken, confirmNewEmail } = letterTexts[language];
        if (isTaken) return letterOf(newEmailTaken, site, '/sign-in');
        return letterOf(confirmNewEmail, site, withToken('/verify-email', token));
      },
    };
  },
});

/** Tell the old address, with a way back if it was confirmed. */
const emailChanged = mailKind({
  kind: 'email_changed',
  job: z.object({
    userId: jobFields.id,
    /** After the change. */
    credentialsVersion: jobFields.credentialsVersion,
    to: jobFields.address,
    /** Whether its owner had confirmed that address. */
    confirmed: z.boolean(),
    newEmail: jobFields.address,
  }),
  find: async (job, { site, users, tokens }) => {
    const { userId, credentialsVersion: version, to, confirmed, newEmail } = job;
    const found = await users.findTokenHolderById(userId);
    if (!found) return null;
    const undoable = found.addressChanges.find((each) => each.version === version && each.email === to);
    // Taken back since, and told of that.
    if (!undoable && found.user.email === to) return null;
    const data = { email: to, credentialsVersion: version };
    return {
      to,
      confirmed: confirmed || undoable !== undefined,
      userId,
      language: found.user.language,
      write: async (language) => {
        const { emailChanged, emailLost } = letterTexts[language];
        if (!undoable) return letterOf(emailLost, site, '/sign-in');
        const token = await tokens.issue(undoEmail, userId, data);
        return letterOf(emailChanged(newEmail), site, withToken('/undo-email', token));
      },
    };
  },
});

/** Tell the new address, whose owner has confirmed it. */
const emailConfirmed = telling('email_confirmed', {
  texts: (language) => letterTexts[language].emailConfirmed,
  path: '/forgot-password',
});

/** Tell the address that is back. */
const emailChangeUndone = telling('email_change_undone', {
  texts: (language) => letterTexts[language].emailChangeUndone,
  path: '/forgot-password',
});

/** Tell the address that was taken back from. */
const emailLost = telling('email_lost', {
  texts: (language) => letterTexts[language].emailLost,
  path: '/sign-in',
});

export const emailAddressMails = [
  resend,
  changeEmail,
  emailChanged,
  emailConfirmed,
  emailChangeUndone,
  emailLost,
] as const;
