import { type FieldProps, Form, type FormState } from '../../web/page/form.tsx';
import { AccountName, type Visitor, WhoseLink } from '../shared/mailed-link.tsx';
import type { MailedLink } from '../shared/mailed-links.ts';
import { passwordHint } from '../sign-in/entry-forms.tsx';

export function ForgotPassword({ state }: { state: FormState }) {
  return (
    <div class="narrow">
      <div class="card">
        <h1>Forgot your password?</h1>
        <p>Tell us your e-mail address, and we send you a link to choose a new one.</p>
        <Form
          id="forgot"
          action="/forgot-password"
          state={state}
          fields={[{ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username' }]}
          submit="Send the link"
        />
      </div>
      <p class="below">
        <a href="/sign-in">Back to signing in</a>
      </p>
    </div>
  );
}

/** A page that a mail links to, while its link is good. */
export interface LinkPageProps {
  state: FormState;
  token: string;
  link: MailedLink;
  /** Who is signed in. */
  visitor: Visitor | null;
}

const newPassword = (least: number): FieldProps => ({
  name: 'newPassword',
  label: 'New password',
  type: 'password',
  autocomplete: 'new-password',
  hint: passwordHint(least),
});

export function ResetPassword(props: LinkPageProps & { leastPassword: number }) {
  const { state, token, link, visitor, leastPassword } = props;
  return (
    <div class="narrow card">
      <h1>Choose a new password</h1>
      <WhoseLink link={link} visitor={visitor} />
      <p>Every device that is signed in to it is signed out then.</p>
      <Form
        id="reset"
        action="/reset-password"
        state={state}
        hidden={{ token }}
        fields={[newPassword(leastPassword)]}
        submit="Set the new password"
      >
        <AccountName address={link.account} />
      </Form>
      <p class="below">
        Has the link expired? <a href="/forgot-password">Ask for a new one</a>
      </p>
    </div>
  );
}

export function VerifyEmail({ state, token, link, visitor }: LinkPageProps) {
  return (
    <div class="narrow card">
      <h1>Confirm your e-mail address</h1>
      <WhoseLink link={link} visitor={visitor} />
      {link.purpose === 'change_email' && (
        <p>
          It is to have the address <strong>{link.email}</strong> from then on. Confirm it only if that
          account is yours.
        </p>
      )}
      <p>One more step, so that nothing is confirmed by a program that only opens the link.</p>
      <Form
        id="verify"
        action="/verify-email"
        state={state}
        hidden={{ token }}
        fields={[]}
        submit="Confirm address"
      />
    </div>
  );
}

/** Where a mail to confirm an address is asked for once more. */
export function ResendVerification({
  state,
  by,
}: {
  state: FormState;
  /** By address, as whoever is signed in, or only after signing in. */
  by: 'address' | 'session' | 'nobody';
}) {
  return (
    <div class="narrow card">
      <h1>Confirm your e-mail address</h1>
      <p>Follow the link in the mail that we have sent you. It works for 24 hours.</p>
      {by === 'nobody' ? (
        <p>
          To have it sent again, <a href="/sign-in?next=%2Fverify-email">sign in</a>.
        </p>
      ) : (
        <Form
          id="resend"
          action="/verify-email"
          state={state}
          fields={
            by === 'address'
              ? [{ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username' }]
              : []
          }
          submit="Send the mail again"
        />
      )}
    </div>
  );
}

export function UndoEmail(props: LinkPageProps & { leastPassword: number }) {
  const { state, token, link, visitor, leastPassword } = props;
  return (
    <div class="narrow card">
      <h1>Take your old address back</h1>
      <WhoseLink link={link} visitor={visitor} />
      <p>
        The account gets this address back, and every device is signed out. Whoever changed the address may
        know the password, so choose a new one.
      </p>
      <Form
        id="undo"
        action="/undo-email"
        state={state}
        hidden={{ token }}
        fields={[newPassword(leastPassword)]}
        submit="Take it back"
      >
        <AccountName address={link.email} />
      </Form>
    </div>
  );
}
