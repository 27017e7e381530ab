import type { Language } from '../../base/language.ts';
import type { FieldProps } from '../../web/page/form.tsx';
import { pageTexts } from './texts/texts.ts';

/** All roles of a user, as a form asks for them. */
export const rolesField = (language: Language): FieldProps => ({
  name: 'roles',
  label: pageTexts[language].fields.roles,
  type: 'text',
  autocomplete: 'off',
  optional: true,
  hint: pageTexts[language].fields.rolesHint,
});
