import type { ProviderSettings } from '../../base/provider-settings.ts';
import { CheckBox } from '../../web/page/check-box.tsx';
import { Form, type FormState, untouched } from '../../web/page/form.tsx';
import { emailCodePath } from '../../web/page/next-path.ts';
import { emailField } from '../shared/form-fields.ts';
import { PasskeyForm } from '../shared/passkey-form.tsx';
import { ProviderButtons } from '../shared/provider-buttons.tsx';
import { type CallbackProblem, callbackProblems } from '../shared/providers/callback-problems.ts';
import { WaitingSignIn } from '../shared/waiting-sign-in.tsx';
import { passkeySignInOptions } from './passkey/operations.ts';

interface SignInPageProps {
  /** The form that was sent, with what is wrong in it. */
  sent: { form: string; state: FormState };
  next?: string | undefined;
  resend: boolean;
  /** True where a mailed code signs in. */
  mailsCodes: boolean;
  /** True where a sign-in waits for its second factor. */
  waiting: boolean;
  /** What went wrong at a provider. */
  problem: CallbackProblem | undefined;
  providers: readonly ProviderSettings[];
}

/** For both forms; the passkey's takes it over from the other. */
const forget = { id: 'sign-in-remember', name: 'remember', value: 'false' };

export function SignInPage(props: SignInPageProps) {
  const { sent, next, resend, mailsCodes, waiting, problem, providers } = props;
  const query = next ? `?next=${encodeURIComponent(next)}` : '';
  const isPasskey = sent.form === 'passkey';
  return (
    <div class="narrow">
      {waiting && <WaitingSignIn next={next} />}
      <div class="card">
        <h1>Sign in</h1>
        {problem && (
          <div class="notice bad" role="alert">
            <p>{callbackProblems[problem]}</p>
          </div>
        )}
        <Form
          id="sign-in"
          action="/sign-in"
          state={isPasskey ? untouched : sent.state}
          hidden={{ next }}
          fields={[
            // Browsers that can offer the passkeys that they have beside it.
            { ...emailField, autocomplete: 'username webauthn' },
            { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
          ]}
          submit="Sign in"
        >
          <CheckBox
            {...forget}
            label="Sign me out when I close the browser"
            hint="For a computer that others use too. You are signed out after 12 hours at the latest."
            isTicked={sent.state.values.remember === 'false'}
          />
        </Form>
        <PasskeyForm
          id="passkey"
          action="/sign-in"
          state={isPasskey ? sent.state : untouched}
          act="get"
          options={passkeySignInOptions.path}
          answer="passkey"
          hidden={{ form: 'passkey', next }}
          box={forget}
          autofill
          submit="Sign in with a passkey"
          look="second"
        />
        <ProviderButtons providers={providers} verb="Sign in with" next={next} />
        {mailsCodes && (
          <p class="below">
            <a href={emailCodePath(next)}>Mail me a code instead</a>
          </p>
        )}
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
