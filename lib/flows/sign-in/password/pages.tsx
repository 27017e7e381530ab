import { CheckBox } from '../../../web/page/check-box.tsx';
import { Form, type FormState } from '../../../web/page/form.tsx';
import { nextPath, secondFactorPath } from '../../../web/page/next-path.ts';
import type { PageTools, Show } from '../../../web/page/page-tools.ts';
import type { Implemented } from '../../../web/router.ts';
import { waitingOn } from '../../../web/session/require-user.ts';
import { entryPage, nextOf } from '../../shared/entry-page.ts';
import { emailField } from '../../shared/form-fields.ts';
import type { SignIn } from '../../shared/sign-in.ts';
import { WaitingSignIn } from '../../shared/waiting-sign-in.tsx';
import * as api from './operations.ts';
import { createPasswordWayIn, type PasswordWayInOptions } from './way-in.ts';

export interface PasswordPagesOptions extends PasswordWayInOptions {
  sessions: SignIn;
}

/** The page `/sign-in`. */
export function passwordPages(options: PasswordPagesOptions, tools: PageTools<never>): Implemented[] {
  const { config, sessions } = options;
  const wayIn = createPasswordWayIn(options);

  const show: Show = ({ req, given, state }) => ({
    title: 'Sign in',
    main: (
      <SignInPage
        state={state}
        next={nextOf(given)}
        resend={config.requireVerifiedEmail}
        waiting={waitingOn(req) !== undefined}
      />
    ),
  });

  return [
    entryPage(tools, api.signInPage, show),
    tools.form(api.signInForm, show, async ({ body: { next, remember, ...given }, req, res }) => {
      const proof = await wayIn.prove({ ...given, remember: remember !== 'false' }, req);
      const waiting = await sessions.complete(req, proof);
      tools.goTo(res, waiting ? secondFactorPath(next) : nextPath(next));
    }),
  ];
}

interface SignInPageProps {
  state: FormState;
  next?: string | undefined;
  resend: boolean;
  /** True where a sign-in waits for its second factor. */
  waiting: boolean;
}

function SignInPage({ state, next, resend, waiting }: SignInPageProps) {
  const query = next ? `?next=${encodeURIComponent(next)}` : '';
  return (
    <div class="narrow">
      {waiting && <WaitingSignIn next={next} />}
      <div class="card">
        <h1>Sign in</h1>
        <Form
          id="sign-in"
          action="/sign-in"
          state={state}
          hidden={{ next }}
          fields={[
            emailField,
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
