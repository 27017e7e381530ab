import { lifetimeOf } from '../../../../tokens/token-kind.ts';
import { invitation } from '../../../shared/token-kinds.ts';

export const events = {
  invited: 'Account made by an administrator',
  roles_changed: 'Roles changed by an administrator',
  account_disabled: 'Account disabled by an administrator',
  account_enabled: 'Account enabled by an administrator',
  name_set_by_admin: 'Name changed by an administrator',
  email_marked_confirmed: 'E-mail address marked as confirmed by an administrator',
  email_marked_unconfirmed: 'E-mail address marked as unconfirmed by an administrator',
  sessions_ended_by_admin: 'All sessions ended by an administrator',
  factors_removed_by_admin: 'Second factors removed by an administrator',
  sign_in_unlocked: 'Locked sign-in opened by an administrator',
  reset_sent_by_admin: 'Link to choose a new password sent by an administrator',
};

export const letters = {
  invited: {
    subject: (site: string) => `You are invited to ${site}`,
    paragraphs: (site: string) => [
      `Those who run ${site} have made an account there for this address. Choose a password within ${lifetimeOf(invitation, 'en')}, and sign in with it:`,
    ],
    link: 'Choose a password',
    closing: ['If you do not want the account, do nothing: nobody can sign in to it without this link.'],
  },
  changed: {
    about: (site: string) => `An administrator has changed your account at ${site}.`,
    link: (site: string) => `Go to ${site}`,
    choose: 'Choose a password here:',
    chooseLink: 'Choose a new password',
    closing: ['If you do not know why, ask those who run the service.'],
  },
  changes: {
    account_disabled: {
      subject: (site: string) => `Your account has been disabled at ${site}`,
      happened: 'It is disabled: every session has ended, and nobody can sign in to it.',
    },
    account_enabled: {
      subject: (site: string) => `Your account has been enabled at ${site}`,
      happened: 'It is enabled again: you can sign in.',
    },
    account_deleted: {
      subject: (site: string) => `Your account has been deleted at ${site}`,
      happened: 'It is deleted, with all that was stored about it.',
    },
    roles_changed: {
      subject: (site: string) => `Your roles have been changed at ${site}`,
      happened: 'It has other roles now, so that you may do more or less than before.',
    },
    name_changed: {
      subject: (site: string) => `Your name has been changed at ${site}`,
      happened: 'It has another name now.',
    },
    email_confirmed: {
      subject: (site: string) => `Your e-mail address counts as confirmed at ${site}`,
      happened: 'Its e-mail address counts as confirmed now.',
    },
    email_unconfirmed: {
      subject: (site: string) => `Your e-mail address counts as unconfirmed at ${site}`,
      happened:
        'Its e-mail address counts as unconfirmed now. What first confirms it again takes away the passkeys, apps and sign-ins of other services that are there.',
    },
    sessions_ended: {
      subject: (site: string) => `You have been signed out everywhere at ${site}`,
      happened: 'Every session of it has ended. Sign in again.',
    },
    factors_removed: {
      subject: (site: string) => `Your second factors have been removed at ${site}`,
      happened:
        'Its authenticator app, passkeys and recovery codes are removed, and every session has ended. Sign in, and set them up anew. Who has no password chooses one first.',
    },
  },
};
