import { Form, type FormState } from './form.tsx';

/** Where the link of a closed sign-up is confirmed, with the password that was chosen then. */
export function ConfirmSignUp({ state, token, email }: { state: FormState; token: string; email: string }) {
  return (
    <div class="narrow card">
      <h1>Confirm your e-mail address</h1>
      <p>
        One more step for {email}: enter the password that you chose when you signed up. If you did not sign
        up, leave this page; no account is made.
      </p>
      <Form
        id="confirm"
        action="/verify-email"
        state={state}
        hidden={{ token }}
        fields={[{ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' }]}
        submit="Confirm and create account"
      >
        {/* Without a name it is not sent: it tells a password manager whose password is asked for. */}
        <input type="email" autocomplete="username" value={email} readOnly hidden />
      </Form>
      <p class="below">
        Not the password that you know? Use the link of your own sign-up, or{' '}
        <a href="/sign-up">sign up again</a>
      </p>
    </div>
  );
}
