import type { FieldProps } from '../../web/page/form.tsx';
import { longestName } from '../shared/fields.ts';

/** The name of somebody else, as a field of a form. */
export const nameField: FieldProps = {
  name: 'name',
  label: 'Name',
  type: 'text',
  autocomplete: 'off',
  optional: true,
  maxLength: longestName,
};
