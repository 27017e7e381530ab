import type { FieldProps } from '../../web/page/form.tsx';

/** All roles of a user, as a form asks for them. */
export const rolesField: FieldProps = {
  name: 'roles',
  label: 'Roles',
  type: 'text',
  autocomplete: 'off',
  optional: true,
  hint: 'With commas between, such as "editor, author". "admin" lets somebody do all that you do here.',
};
