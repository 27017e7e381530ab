export const events = {
  name_changed: 'Name changed',
  wrong_password: 'Wrong current password entered',
  password_changed: 'Password changed',
};

export const notices = {
  name_changed: 'Your name is saved.',
  email_requested:
    'We have sent a mail to the new address. The change takes effect when you follow its link.',
  password_changed: 'Your new password is set, and every other session has ended.',
  left: 'Your account is deleted, with everything that was stored about you.',
};
