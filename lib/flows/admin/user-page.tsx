import type { ComponentChildren } from 'preact';
import { type FieldProps, Form, type FormState, untouched } from '../../web/page/form.tsx';
import { Part } from '../../web/page/part.tsx';
import { nameField } from './name-field.ts';
import { rolesField } from './roles-field.ts';
import type { UserDetails } from './service.ts';
import { type ShownFactors, UserFactors, UserFacts, UserSessions } from './user-facts.tsx';

interface UserPageProps {
  details: UserDetails;
  factors: ShownFactors;
  /** The form that was sent, with what is wrong in it. */
  sent: { form: string; state: FormState };
}

export function UserPage({ details, factors, sent }: UserPageProps) {
  const { user, disabled, locked, sessions } = details;
  const form = (name: string) => ({
    id: name,
    action: `/admin/people/${user.id}`,
    state: sent.form === name ? sent.state : untouched,
    hidden: { form: name },
  });
  const button = (name: string, submit: string, look: 'grave' | 'second' = 'second') => (
    <Form {...form(name)} fields={[]} submit={submit} look={look} />
  );
  const hasSecond = factors.totp !== null || factors.passkeys.length > 0;
  return (
    <div class="middle">
      <h1>{user.email}</h1>
      <p class="actions">
        <a href="/admin">All users</a>
        <a href={`/admin/events?user=${user.id}`}>Activity of this account</a>
      </p>
      <UserFacts details={details} />

      <Part id="name-part" title="Name and roles">
        <Form
          {...form('name')}
          fields={[{ ...nameField, ...(user.name !== null && { initial: user.name }) }]}
          submit="Save name"
          look="second"
        />
        <div class="apart">
          <Form
            {...form('roles')}
            fields={[{ ...rolesField, initial: user.roles.join(', ') }]}
            submit="Save roles"
            look="second"
          />
        </div>
      </Part>

      <Part id="address-part" title="Address and password">
        {button('reset', 'Mail a link to choose a password')}
        {user.emailVerified ? (
          <Sure
            summary="Count the address as unconfirmed"
            text="The next confirmation takes away the second factors and providers that are there by then."
          >
            {button('unconfirm', 'Count as unconfirmed', 'grave')}
          </Sure>
        ) : (
          <div class="apart">{button('confirm', 'Count the address as confirmed')}</div>
        )}
        {locked && (
          <div class="apart">
            <p>Too many have guessed at the password, so that signing in is locked for a while.</p>
            {button('lock', 'Open the sign-in')}
          </div>
        )}
      </Part>

      <Part id="factors-part" title="Ways to sign in">
        <UserFactors factors={factors} />
        {hasSecond && (
          <Sure
            summary="Remove the second factors"
            text="The app, the passkeys and the recovery codes are removed, and every session ends. Who has no password chooses one by a mailed link then."
          >
            {button('factors', 'Remove second factors', 'grave')}
          </Sure>
        )}
      </Part>

      <Part id="sessions-part" title="Sessions">
        <UserSessions sessions={sessions} />
        {sessions.length > 0 && (
          <Sure summary="End every session" text="Every device is signed out at its next request.">
            {button('sessions', 'End every session', 'grave')}
          </Sure>
        )}
      </Part>

      <Part id="grave-part" title="Keep out, or delete" grave>
        {disabled ? (
          button('enable', 'Enable the account')
        ) : (
          <Sure
            summary="Disable the account"
            text="Every session ends at once, and no way in leads in until the account is enabled again."
            isOpen={sent.form === 'disable'}
          >
            {button('disable', 'Disable the account', 'grave')}
          </Sure>
        )}
        <Sure
          summary="Delete the account"
          text="The account and all that is stored about its owner are deleted at once. This cannot be undone."
          isOpen={sent.form === 'delete'}
        >
          <Form {...form('delete')} fields={[sameAddress]} submit="Delete the account" look="grave" />
        </Sure>
      </Part>
    </div>
  );
}

/** Typed, so that nobody deletes the account of the page before. */
const sameAddress: FieldProps = {
  name: 'email',
  label: 'E-mail address of this account',
  type: 'email',
  autocomplete: 'off',
};

/** What takes something away says so first: its button is not there at once. */
function Sure(props: { summary: string; text: string; isOpen?: boolean; children: ComponentChildren }) {
  const { summary, text, isOpen = false, children } = props;
  return (
    <details open={isOpen}>
      <summary>{summary}</summary>
      <p>{text}</p>
      {children}
    </details>
  );
}
