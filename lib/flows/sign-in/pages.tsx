import type { Config } from '../../base/config.ts';
import { CheckBox } from '../../web/page/check-box.tsx';
import { Form, type FormState } from '../../web/page/form.tsx';
import { nextPath } from '../../web/page/next-path.ts';
import type { PageTools, Show } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { userOn } from '../../web/session/require-user.ts';
import type { NoticeOf } from '../flow.ts';
import { entryPage, nextOf } from '../shared/entry-page.ts';
import { emailField } from '../shared/form-fields.ts';
import { Home, Welcome } from './home-page.tsx';
import type { signIn as manifest } from './manifest.ts';
import * as api from './page-operations.ts';
import type { Access } from './service.ts';

export interface SignInPagesOptions {
  config: Pick<Config, 'requireVerifiedEmail'>;
  access: Access;
}

/** Pages to come in and leave by: `/`, `/sign-in`, and `/sign-out`. */
export function signInPages(
  { config, access }: SignInPagesOptions,
  tools: PageTools<NoticeOf<typeof manifest>>,
): Implemented[] {
  const { page, form, goTo } = tools;

  const showHome: Show = ({ req }) => {
    const user = userOn(req);
    return user ? { title: 'Home', main: <Home user={user} /> } : { title: 'Welcome', main: <Welcome /> };
  };

  const showSignIn: Show = ({ given, state }) => ({
    title: 'Sign in',
    main: <SignIn state={state} next={nextOf(given)} resend={config.requireVerifiedEmail} />,
  });

  return [
    page(api.homePage, showHome),
    entryPage(tools, api.signInPage, showSignIn),
    form(api.signInForm, showSignIn, async ({ body: { next, remember, ...credentials }, req, res }) => {
      await access.signIn(req, { ...credentials, remember: remember !== 'false' });
      goTo(res, nextPath(next));
    }),
    form(api.signOutForm, showHome, async ({ body, req, res }) => {
      await access.signOut(req, res);
      res.set('Clear-Site-Data', '"storage"');
      goTo(res, nextPath(body.next), 'signed_out');
    }),
  ];
}

function SignIn({ state, next, resend }: { state: FormState; next?: string | undefined; resend: boolean }) {
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
