import type { Language } from '../../base/language.ts';
import type { FieldProps } from '../../web/page/form.tsx';
import { longestName } from '../shared/fields.ts';
import { pageTexts } from './texts/texts.ts';

/** The name of somebody else, as a field of a form. */
export const nameField = (language: Language): FieldProps => ({
  name: 'name',
  label: pageTexts[language].fields.name,
  type: 'text',
  autocomplete: 'off',
  optional: true,
  maxLength: longestName,
});
