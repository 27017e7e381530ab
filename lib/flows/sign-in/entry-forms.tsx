import { CheckBox } from '../../web/page/check-box.tsx';
import { type FieldProps, Form, type FormState } from '../../web/page/form.tsx';
import { longestName } from '../shared/fields.ts';

const email: FieldProps = {
  name: 'email',
  label: 'E-mail address',
  type: 'email',
  autocomplete: 'username',
};

/** What to say of a new password. */
export function passwordHint(least: number): string {
  return `At least ${least} characters. Four plain words are easier to remember, and harder to guess, than one odd one.`;
}

export function SignIn({
  state,
  next,
  resend,
}: {
  state: FormState;
  next?: string | undefined;
  resend: boolean;
}) {
  const query = next ? `?next=${encodeURIComponent(next)}` : '';
  return (
    <div class="narrow">
      <div class="card">
        <h1>Sign in</h1>
        <Form
          id="sign-in"
          action="/sign-in"
          state={state}
          hidden={{ next }}
          fields={[
            email,
            { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
          ]}
          submit="Sign in"
        >
          <CheckBox
            id="sign-in-remember"
            name="remember"
            value="false"
            label="Sign me out when I close the browser"
            hint="For a computer that others use too. You are signed out after 12 hours at the latest."
            isTicked={state.values.remember === 'false'}
          />
        </Form>
        <p class="below">
          <a href="/forgot-password">Forgot your password?</a>
        </p>
      </div>
      {resend && (
        <p class="below">
          No mail to confirm your address? <a href="/verify-email">Have it sent again</a>
        </p>
      )}
      <p class="below">
        New here? <a href={`/sign-up${query}`}>Create an account</a>
      </p>
    </div>
  );
}

export function SignUp({
  state,
  next,
  leastPassword,
  confirmFirst,
}: {
  state: FormState;
  next?: string | undefined;
  leastPassword: number;
  /** True where an address is confirmed before there is an account. */
  confirmFirst: boolean;
}) {
  const query = next ? `?next=${encodeURIComponent(next)}` : '';
  return (
    <div class="narrow">
      <div class="card">
        <h1>Create account</h1>
        {confirmFirst && (
          <p>
            We send you a mail. Its link asks for the password that you choose here; then you can sign in.
          </p>
        )}
        <Form
          id="sign-up"
          action="/sign-up"
          state={state}
          hidden={{ next }}
          fields={[
            {
              name: 'name',
              label: 'Name',
              type: 'text',
              autocomplete: 'name',
              optional: true,
              maxLength: longestName,
            },
            email,
            {
              name: 'password',
              label: 'Password',
              type: 'password',
              autocomplete: 'new-password',
              hint: passwordHint(leastPassword),
            },
          ]}
          submit="Create account"
        />
      </div>
      <p class="below">
        You have an account? <a href={`/sign-in${query}`}>Sign in</a>
      </p>
    </div>
  );
}
