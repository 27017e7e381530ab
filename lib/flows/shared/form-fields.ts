import type { Language } from '../../base/language.ts';
import type { FieldProps } from '../../web/page/form.tsx';
import { sharedTexts } from './texts/texts.ts';

/** The address by which an account is known. */
export const emailField = (language: Language): FieldProps => ({
  name: 'email',
  label: sharedTexts[language].fields.email,
  type: 'email',
  autocomplete: 'username',
});

/** What to say of a new password; `least` counts characters. */
export function passwordHint(least: number, language: Language): string {
  return sharedTexts[language].fields.passwordHint(least);
}

/** A password that takes the place of another; `least` counts characters. */
export const newPasswordField = (least: number, language: Language): FieldProps => ({
  name: 'newPassword',
  label: sharedTexts[language].fields.newPassword,
  type: 'password',
  autocomplete: 'new-password',
  hint: passwordHint(least, language),
});
