import { passwordHint } from './entry.tsx';
import { Form, type FormState } from './form.tsx';

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

interface TokenPageProps {
  state: FormState;
  /** Of the mailed link; undefined where it is missing from the address. */
  token: string | undefined;
}

export function ResetPassword({ state, token, leastPassword }: TokenPageProps & { leastPassword: number }) {
  if (token === undefined)
    return <NoToken again={{ href: '/forgot-password', text: 'Ask for a new link' }} />;
  return (
    <div class="narrow card">
      <h1>Choose a new password</h1>
      <p>Every device that is signed in to your account is signed out then.</p>
      <Form
        id="reset"
        action="/reset-password"
        state={state}
        hidden={{ token }}
        fields={[
          {
            name: 'newPassword',
            label: 'New password',
            type: 'password',
            autocomplete: 'new-password',
            hint: passwordHint(leastPassword),
          },
        ]}
        submit="Set the new password"
      />
      <p class="below">
        Has the link expired? <a href="/forgot-password">Ask for a new one</a>
      </p>
    </div>
  );
}

export function VerifyEmail({ state, token }: { state: FormState; token: string }) {
  return (
    <div class="narrow card">
      <h1>Confirm your e-mail address</h1>
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

export function UndoEmail({ state, token }: TokenPageProps) {
  if (token === undefined) return <NoToken again={{ href: '/settings', text: 'Go to the settings' }} />;
  return (
    <div class="narrow card">
      <h1>Take your old address back</h1>
      <p>
        Your account gets back the address that this mail was sent to, and every device is signed out. Choose
        a new password after that: whoever changed the address may know the one you have.
      </p>
      <Form
        id="undo"
        action="/undo-email"
        state={state}
        hidden={{ token }}
        fields={[]}
        submit="Take it back"
      />
    </div>
  );
}

function NoToken({ again }: { again: { href: string; text: string } }) {
  return (
    <div class="narrow card">
      <h1>This link is not whole</h1>
      <p>Open it from the mail once more, or copy all of it into the address bar.</p>
      <p>
        <a href={again.href}>{again.text}</a>
      </p>
    </div>
  );
}
