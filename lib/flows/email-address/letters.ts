import * as z from 'zod/mini';
import { jobFields } from '../../mail/job.ts';
import { type Letter, withToken } from '../../mail/letter.ts';
import { mailKind } from '../../mail/mail-kind.ts';
import { lifetimeOf } from '../../tokens/token-kind.ts';
import { asOf, confirmationOf, told, verificationOf } from '../shared/letters.ts';
import { changeEmail as changeEmailToken, undoEmail } from '../shared/token-kinds.ts';

export const letters = {
  confirmNewEmail: (site: string, token: string): Letter => ({
    subject: `Confirm your new e-mail address for ${site}`,
    paragraphs: [
      `This address is to become the one of an account at ${site}. If that was you, confirm it within ${lifetimeOf(changeEmailToken)}:`,
    ],
    link: { label: 'Confirm e-mail address', path: withToken('/verify-email', token) },
    closing: ['If it was not you, do nothing: the account keeps the address that it has.'],
  }),

  newEmailTaken: (site: string): Letter => ({
    subject: `This e-mail address already has an account at ${site}`,
    paragraphs: [
      `Somebody, probably you, wanted to give this address to another account at ${site}. It already has an account of its own, so nothing has changed.`,
      'You can sign in to it:',
    ],
    link: { label: 'Sign in', path: '/sign-in' },
    closing: ['If it was not you, you need not do anything.'],
  }),

  /** Only to an address that its owner had confirmed: it names the new one. */
  emailChanged: (site: string, newEmail: string, token: string): Letter => ({
    subject: `Your e-mail address at ${site} has been changed`,
    paragraphs: [
      `Your account at ${site} now has the address ${newEmail}, and mails go there.`,
      `If it was not you, take the account back within ${lifetimeOf(undoEmail)}:`,
    ],
    link: { label: 'Undo the change', path: withToken('/undo-email', token) },
    closing: ['This brings this address back, sets a password that you choose, and ends every session.'],
  }),

  /** To an address that an account had: one that nobody had confirmed, or one that cannot come back by a link. */
  emailLost: (site: string): Letter => ({
    subject: `This e-mail address has left an account at ${site}`,
    paragraphs: [
      `An account at ${site} that had this address has another one now. Mails about it do not come here any more.`,
    ],
    link: { label: 'Sign in', path: '/sign-in' },
    closing: ['If you have no account there, you need not do anything.'],
  }),

  emailConfirmed: (site: string): Letter => ({
    subject: `This is now your e-mail address at ${site}`,
    paragraphs: [
      `Your account at ${site} has this address now. Sign in with it from now on.`,
      'If it is not your account, although you followed a link to confirm this address, make it yours by a new password:',
    ],
    link: { label: 'Choose a new password', path: '/forgot-password' },
    closing: [
      'Until then whoever gave it your address can still sign in, and take the address back from it.',
    ],
  }),

  emailChangeUndone: (site: string): Letter => ({
    subject: `Your e-mail address at ${site} is back`,
    paragraphs: [
      `The change of your e-mail address at ${site} has been undone, a new password has been set, and every session of your account has ended. Passkeys and authenticator apps that were added since that change are removed.`,
      'If it was you, sign in with the new password. If it was not, choose another one at once:',
    ],
    link: { label: 'Choose a new password', path: '/forgot-password' },
    closing: [],
  }),
};

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
      write: async () => {
        const token = await fill();
        if (token === null) return null;
        return isTaken ? letters.newEmailTaken(site) : letters.confirmNewEmail(site, token);
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
      write: async () =>
        undoable
          ? letters.emailChanged(site, newEmail, await tokens.issue(undoEmail, userId, data))
          : letters.emailLost(site),
    };
  },
});

const ToldJob = z.object({ userId: jobFields.id, to: jobFields.address });

/** Tell the new address, whose owner has confirmed it. */
const emailConfirmed = mailKind({
  kind: 'email_confirmed',
  job: ToldJob,
  find: (job, { site, users }) => told(users, job, letters.emailConfirmed(site)),
});

/** Tell the address that is back. */
const emailChangeUndone = mailKind({
  kind: 'email_change_undone',
  job: ToldJob,
  find: (job, { site, users }) => told(users, job, letters.emailChangeUndone(site)),
});

/** Tell the address that was taken back from. */
const emailLost = mailKind({
  kind: 'email_lost',
  job: ToldJob,
  find: (job, { site, users }) => told(users, job, letters.emailLost(site)),
});

export const emailAddressMails = [
  resend,
  changeEmail,
  emailChanged,
  emailConfirmed,
  emailChangeUndone,
  emailLost,
] as const;
