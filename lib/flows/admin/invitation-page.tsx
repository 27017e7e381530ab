import { lifetimeOf } from '../../tokens/token-kind.ts';
import { Form, type FormState } from '../../web/page/form.tsx';
import { invitation } from '../shared/token-kinds.ts';
import { nameField } from './name-field.ts';
import { rolesField } from './roles-field.ts';

export function InvitationPage({ state }: { state: FormState }) {
  return (
    <div class="narrow">
      <div class="card">
        <h1>Invite somebody</h1>
        <p>
          The account is made at once. A mail asks its owner to choose a password, by a link that works for{' '}
          {lifetimeOf(invitation)}.
        </p>
        <Form
          id="invitation"
          action="/admin/invitation"
          state={state}
          fields={[
            { name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'off' },
            nameField,
            rolesField,
          ]}
          submit="Send the invitation"
        />
      </div>
      <p class="below">
        <a href="/admin">Back to all users</a>
      </p>
    </div>
  );
}
