import type { FieldProps } from '../../web/page/form.tsx';

/** The address by which an account is known. */
export const emailField: FieldProps = {
  name: 'email',
  label: 'E-mail address',
  type: 'email',
  autocomplete: 'username',
};

/** What to say of a new password; `least` counts characters. */
export function passwordHint(least: number): string {
  return `At least ${least} characters. Four plain words are easier to remember, and harder to guess, than one odd one.`;
}

/** A password that takes the place of another; `least` counts characters. */
export const newPasswordField = (least: number): FieldProps => ({
  name: 'newPassword',
  label: 'New password',
  type: 'password',
  autocomplete: 'new-password',
  hint: passwordHint(least),
});
