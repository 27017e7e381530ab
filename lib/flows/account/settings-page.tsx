import { lifetimeOf } from '../../tokens/token-kind.ts';
import type { User } from '../../users/user.ts';
import { type FieldProps, Form, type FormState, untouched } from '../../web/page/form.tsx';
import { Part } from '../../web/page/part.tsx';
import { ConfirmAddress } from '../shared/confirm-address.tsx';
import { longestName } from '../shared/fields.ts';
import { newPasswordField } from '../shared/form-fields.ts';
import { undoEmail } from '../shared/token-kinds.ts';
import { LanguagePart } from './language-form.tsx';

export type SettingsForm = 'name' | 'language' | 'email' | 'password' | 'export' | 'leave';

interface SettingsProps {
  user: User;
  /** Who has none is not asked for it. */
  hasPassword: boolean;
  leastPassword: number;
  /** The form that was sent, with what is wrong in it. */
  sent?: { form: string; state: FormState };
}

const currentPassword: FieldProps = {
  name: 'currentPassword',
  label: 'Current password',
  type: 'password',
  autocomplete: 'current-password',
};

export function Settings({ user, hasPassword, leastPassword, sent }: SettingsProps) {
  const current = hasPassword ? [currentPassword] : [];
  const props = (form: SettingsForm) => ({
    id: form,
    action: '/settings',
    state: sent?.form === form ? sent.state : untouched,
    hidden: { form },
  });
  return (
    <div class="middle">
      <h1>Settings</h1>
      <p class="lead">You are signed in as {user.email}.</p>
      {!user.emailVerified && <ConfirmAddress user={user} />}

      <Part id="your-name" title="Name">
        <Form
          {...props('name')}
          fields={[
            {
              name: 'name',
              label: 'Name',
              type: 'text',
              autocomplete: 'name',
              optional: true,
              maxLength: longestName,
              ...(user.name && { initial: user.name }),
            },
          ]}
          submit="Save name"
          look="second"
        />
      </Part>

      <LanguagePart user={user} form={props('language')} />

      <Part id="your-email" title="E-mail address">
        <p>
          {user.email} <Verified user={user} />
        </p>
        <Form
          {...props('email')}
          username={user.email}
          fields={[
            {
              name: 'newEmail',
              label: 'New e-mail address',
              type: 'email',
              autocomplete: 'email',
              hint: `It takes effect when you follow the link that we send there. Both addresses are told. Your present one, if it is confirmed, can take it back for ${lifetimeOf(undoEmail)}.`,
            },
            ...current,
          ]}
          submit="Change e-mail address"
          look="second"
        />
      </Part>

      <Part id="your-password" title="Password">
        <p>
          {hasPassword
            ? 'Every other device is signed out when you change it.'
            : 'You have none, and sign in with a passkey. Every other device is signed out when you set one.'}
        </p>
        <Form
          {...props('password')}
          username={user.email}
          fields={[...current, newPasswordField(leastPassword)]}
          submit={hasPassword ? 'Change password' : 'Set a password'}
          look="second"
        />
      </Part>

      <Part id="your-second-factor" title="Passkeys and second factor">
        <p>Passkeys, an authenticator app, and recovery codes for when those are lost.</p>
        <p>
          <a class="button second" href="/security">
            Go to security
          </a>
        </p>
      </Part>

      <Part id="your-data" title="Your data">
        <p>Everything that is stored about you, as a file.</p>
        <Form {...props('export')} fields={[]} submit="Download your data" look="second" />
      </Part>

      <Part id="leaving" title="Delete account" grave>
        <p>
          Your account and everything that is stored about you are deleted at once, and every device is signed
          out. This cannot be undone.
        </p>
        <Form
          {...props('leave')}
          username={user.email}
          fields={current}
          submit="Delete my account"
          look="grave"
        />
      </Part>
    </div>
  );
}

function Verified({ user }: { user: User }) {
  return user.emailVerified ? (
    <span class="tag good">confirmed</span>
  ) : (
    <span class="tag bad">not confirmed</span>
  );
}
