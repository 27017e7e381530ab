import type { TokenKind } from '../../tokens/token-kind.ts';

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;

/*
 * The kinds of tokens that more than one flow knows: to end them, if not to issue them. The manifest of the flow whose
 * they are lists each. One that no other flow knows stands in that manifest.
 */

export const verifyEmail: TokenKind = {
  purpose: 'verify_email',
  lifetimeMs: 24 * hourMs,
  used: 'the address is confirmed. Sign in.',
};

export const signUp: TokenKind = {
  purpose: 'sign_up',
  lifetimeMs: 24 * hourMs,
  used: 'the account is confirmed. Sign in with the password of that sign-up.',
};

export const changeEmail: TokenKind = {
  purpose: 'change_email',
  lifetimeMs: 24 * hourMs,
  used: 'the address is confirmed. Sign in with it.',
};

/** Short: NIST SP 800-63B-4, 3.1.3.2; OWASP ASVS 6.5.5. */
export const resetPassword: TokenKind = {
  purpose: 'reset_password',
  lifetimeMs: 10 * minuteMs,
  used: 'a new password is set. Sign in with it, or ask for a new link.',
};

/** Of an account that an administrator has made: it sets the first password. */
export const invitation: TokenKind = {
  purpose: 'invitation',
  lifetimeMs: 72 * hourMs,
  used: 'the password is set. Sign in with it, or ask for a link to choose another.',
};

/** One a change: whoever changes the address twice does not end the first owner's way back. */
export const undoEmail: TokenKind = {
  purpose: 'undo_email',
  lifetimeMs: 72 * hourMs,
  used: 'the old address is back and a new password is set. Sign in with them, or ask for a link to choose another.',
  onePerChange: true,
};
