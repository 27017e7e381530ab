import { lifetimeOf } from '../../../tokens/token-kind.ts';
import { invitation } from '../../shared/token-kinds.ts';

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

export const notices = {
  user_invited: 'The account is made, and an invitation is on its way by mail.',
  user_changed: 'The change is made.',
  user_disabled: 'The account is disabled, and every session of it has ended.',
  user_enabled: 'The account is enabled. Its owner can sign in again.',
  user_sessions_ended: 'Every session of this account has ended.',
  user_factors_removed: 'The second factors are removed, and every session of this account has ended.',
  user_unlocked: 'Signing in is open again.',
  user_reset_sent: 'A link to choose a new password is on its way by mail.',
  user_deleted: 'The account is deleted, with all that was stored about it.',
};

export const pages = {
  fields: {
    name: 'Name',
    roles: 'Roles',
    rolesHint:
      'With commas between, such as "editor, author". "admin" lets somebody do all that you do here.',
  },
  tags: {
    disabled: 'disabled',
    locked: 'sign-in locked',
    confirmed: 'confirmed',
    unconfirmed: 'not confirmed',
  },
  users: {
    title: 'Administration',
    invite: 'Invite somebody',
    events: 'Activity of all accounts',
    query: 'Address, name or id',
    queryHint: 'The beginning of an e-mail address or of a name, or a whole id.',
    role: 'Role',
    disabled: 'Only disabled accounts',
    disabledHint: 'Those that an administrator keeps out.',
    submit: 'Search',
    all: 'All users',
    found: 'Found',
    nobody: 'There is nobody.',
    nobodyHere: 'There is nobody on this page.',
    nobodyMore: 'There is nobody more.',
    since: 'since {at}',
    next: 'Next',
    first: 'Back to the first',
  },
  invitation: {
    title: 'Invite somebody',
    lead: `The account is made at once. A mail asks its owner to choose a password, by a link that works for ${lifetimeOf(invitation, 'en')}.`,
    submit: 'Send the invitation',
    back: 'Back to all users',
  },
  user: {
    all: 'All users',
    events: 'Activity of this account',
    sureAddress: 'E-mail address of this account',
  },
  facts: {
    noName: 'No name',
    address: 'Address',
    roles: 'Roles',
    noRoles: 'none',
    since: 'Since',
    lastSignIn: 'Last sign-in',
    noSignIn: 'none that is known',
    id: 'Id',
  },
  name: { title: 'Name and roles', submit: 'Save name', submitRoles: 'Save roles' },
  address: {
    title: 'Address and password',
    reset: 'Mail a link to choose a password',
    unconfirm: 'Count the address as unconfirmed',
    unconfirmText:
      'The next confirmation takes away the second factors and providers that are there by then.',
    submitUnconfirm: 'Count as unconfirmed',
    confirm: 'Count the address as confirmed',
    locked: 'Too many have guessed at the password, so that signing in is locked for a while.',
    unlock: 'Open the sign-in',
  },
  factors: {
    title: 'Ways to sign in',
    password: 'A password',
    noPassword: 'No password',
    app: 'An authenticator app, since {at}',
    passkey: 'Passkey "{name}", since {at}',
    lastUsed: ', last used {at}',
    codes: (left: number) => `Recovery codes: ${left} left`,
    provider: '{name}, since {at}',
    remove: 'Remove the second factors',
    removeText:
      'The app, the passkeys and the recovery codes are removed, and every session ends. Who has no password chooses one by a mailed link then.',
    submitRemove: 'Remove second factors',
  },
  sessions: {
    title: 'Sessions',
    none: 'There is none.',
    unknown: 'Unknown device',
    when: 'Signed in {created}, last used {seen}',
    from: (ip: string) => `, from ${ip}`,
    end: 'End every session',
    endText: 'Every device is signed out at its next request.',
  },
  grave: {
    title: 'Keep out, or delete',
    enable: 'Enable the account',
    disable: 'Disable the account',
    disableText: 'Every session ends at once, and no way in leads in until the account is enabled again.',
    erase: 'Delete the account',
    eraseText:
      'The account and all that is stored about its owner are deleted at once. This cannot be undone.',
  },
  events: {
    title: 'Activity of all accounts',
    lead: (days: number) => `What has happened in the last ${days} days, newest first.`,
    user: 'Id of a user',
    type: 'What has happened',
    everything: 'Everything',
    submit: 'Show',
    found: 'Events',
    nothing: 'There is nothing.',
    nothingOlder: 'There is nothing older.',
    of: 'In the activity of {user}',
    by: ', by {user}',
    about: ', about {user}',
    operator: 'the operator',
    older: 'Older',
    newest: 'Back to the newest',
    users: 'All users',
  },
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
