export const events = { sign_up: 'Account created' };

export const notices = {
  signed_up: 'Your account is ready. We have sent you a mail: follow its link to confirm your address.',
  check_mail:
    'Almost done. If this address can be signed up, a mail is on its way: follow its link, and enter the password that you have just chosen.',
};
