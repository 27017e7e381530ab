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
