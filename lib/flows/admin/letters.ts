import * as z from 'zod/mini';
import { jobFields } from '../../mail/job.ts';
import { type Letter, withToken } from '../../mail/letter.ts';
import { mailKind } from '../../mail/mail-kind.ts';
import { lifetimeOf } from '../../tokens/token-kind.ts';
import { told } from '../shared/letters.ts';
import { invitation } from '../shared/token-kinds.ts';

/** What a mail tells of. */
export type AdminChange = (typeof changes)[number];

const changes = [
  ...(['account_disabled', 'account_enabled', 'account_deleted', 'roles_changed', 'name_changed'] as const),
  ...(['email_confirmed', 'email_unconfirmed', 'sessions_ended', 'factors_removed'] as const),
] as const;

const words: Readonly<Record<AdminChange, { subject: string; happened: string }>> = {
  account_disabled: {
    subject: 'Your account has been disabled',
    happened: 'It is disabled: every session has ended, and nobody can sign in to it.',
  },
  account_enabled: {
    subject: 'Your account has been enabled',
    happened: 'It is enabled again: you can sign in.',
  },
  account_deleted: {
    subject: 'Your account has been deleted',
    happened: 'It is deleted, with all that was stored about it.',
  },
  roles_changed: {
    subject: 'Your roles have been changed',
    happened: 'It has other roles now, so that you may do more or less than before.',
  },
  name_changed: { subject: 'Your name has been changed', happened: 'It has another name now.' },
  email_confirmed: {
    subject: 'Your e-mail address counts as confirmed',
    happened: 'Its e-mail address counts as confirmed now.',
  },
  email_unconfirmed: {
    subject: 'Your e-mail address counts as unconfirmed',
    happened:
      'Its e-mail address counts as unconfirmed now. What first confirms it again takes away the passkeys, apps and sign-ins of other services that are there.',
  },
  sessions_ended: {
    subject: 'You have been signed out everywhere',
    happened: 'Every session of it has ended. Sign in again.',
  },
  factors_removed: {
    subject: 'Your second factors have been removed',
    happened:
      'Its authenticator app, passkeys and recovery codes are removed, and every session has ended. Sign in, and set them up anew. Who has no password chooses one first.',
  },
};

export const letters = {
  invited: (site: string, token: string): Letter => ({
    subject: `You are invited to ${site}`,
    paragraphs: [
      `Those who run ${site} have made an account there for this address. Choose a password within ${lifetimeOf(invitation)}, and sign in with it:`,
    ],
    link: { label: 'Choose a password', path: withToken('/reset-password', token) },
    closing: ['If you do not want the account, do nothing: nobody can sign in to it without this link.'],
  }),

  changedByAdministrator: (site: string, what: AdminChange): Letter => ({
    subject: `${words[what].subject} at ${site}`,
    paragraphs: [
      `An administrator has changed your account at ${site}. ${words[what].happened}`,
      ...(what === 'factors_removed' ? ['Choose a password here:'] : []),
    ],
    link:
      what === 'factors_removed'
        ? { label: 'Choose a new password', path: '/forgot-password' }
        : { label: `Go to ${site}`, path: '/' },
    closing: ['If you do not know why, ask those who run the service.'],
  }),
};

/** Choose the first password of an account that an administrator has made. */
const invited = mailKind({
  kind: 'invitation',
  job: z.object({
    userId: jobFields.id,
    credentialsVersion: jobFields.credentialsVersion,
    to: jobFields.address,
  }),
  find: async ({ userId, credentialsVersion, to }, { site, users, tokens }) => {
    const found = await users.findTokenHolderById(userId);
    if (found?.credentialsVersion !== credentialsVersion || found.user.email !== to) return null;
    const data = { email: to, credentialsVersion };
    const write = async () => letters.invited(site, await tokens.issue(invitation, userId, data));
    return { to, confirmed: found.user.emailVerified, userId, write };
  },
});

/** Tell what an administrator has changed; of an account that is gone there is nothing left but its address. */
const changedByAdministrator = mailKind({
  kind: 'changed_by_administrator',
  job: z.object({
    userId: jobFields.id,
    to: jobFields.address,
    /** Whether its owner had confirmed that address. */
    confirmed: z.boolean(),
    what: z.enum(changes),
  }),
  find: async ({ what, ...job }, { users, site }) => {
    const letter = letters.changedByAdministrator(site, what);
    if (what !== 'account_deleted') return told(users, job, letter, job.confirmed);
    return { to: job.to, confirmed: job.confirmed, userId: null, write: async () => letter };
  },
});

export const adminMails = [invited, changedByAdministrator] as const;
