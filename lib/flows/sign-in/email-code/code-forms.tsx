import { lifetimeOf } from '../../../tokens/token-kind.ts';
import { CheckBox } from '../../../web/page/check-box.tsx';
import { type FieldProps, Form, type FormState, HiddenFields } from '../../../web/page/form.tsx';
import { emailCodePath, signInPath } from '../../../web/page/next-path.ts';
import { emailField } from '../../shared/form-fields.ts';
import { WaitingSignIn } from '../../shared/waiting-sign-in.tsx';
import { emailCode } from '../manifest.ts';

interface CodeFormProps {
  state: FormState;
  next: string | undefined;
  /** True where a sign-in waits for its second factor. */
  waiting: boolean;
}

const codeField: FieldProps = {
  name: 'code',
  label: 'Code',
  type: 'text',
  autocomplete: 'one-time-code',
  inputMode: 'numeric',
  hint: 'The eight digits of the mail, with the space or without.',
};

/** The first step: where the code goes. */
export function AskForCode({ state, next, waiting }: CodeFormProps) {
  return (
    <div class="narrow">
      {waiting && <WaitingSignIn next={next} />}
      <div class="card">
        <h1>Sign in with a mailed code</h1>
        <p>Tell us your e-mail address, and we send you a code to sign in with. You need no password.</p>
        <Form
          id="ask"
          action="/sign-in/code"
          state={state}
          hidden={{ form: 'ask', next }}
          fields={[emailField]}
          submit="Mail me a code"
        />
      </div>
      <p class="below">
        <a href={signInPath(next)}>Back to signing in</a>
      </p>
    </div>
  );
}

/** The second step: what the mail says. */
export function EnterCode({ state, next, waiting, email }: CodeFormProps & { email: string }) {
  return (
    <div class="narrow">
      {waiting && <WaitingSignIn next={next} />}
      <div class="card">
        <h1>Enter the code</h1>
        <p>
          If {email} has an account, a mail with a code is on its way. It works for {lifetimeOf(emailCode)},
          in this browser alone.
        </p>
        <Form
          id="confirm"
          action="/sign-in/code"
          state={state}
          hidden={{ form: 'confirm', next }}
          fields={[codeField]}
          submit="Sign in"
        >
          <CheckBox
            id="confirm-remember"
            name="remember"
            value="false"
            label="Sign me out when I close the browser"
            hint="For a computer that others use too. You are signed out after 12 hours at the latest."
            isTicked={state.values.remember === 'false'}
          />
        </Form>
      </div>
      <form method="post" action="/sign-in/code" class="below">
        <HiddenFields values={{ form: 'ask', email, next }} />
        <button type="submit" class="plain">
          Mail me another code
        </button>
      </form>
      <p class="below">
        Not your address? <a href={emailCodePath(next, { anew: true })}>Use another one</a>
      </p>
      <p class="below">
        <a href={signInPath(next)}>Back to signing in</a>
      </p>
    </div>
  );
}
