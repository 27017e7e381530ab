import type { Config } from '../../base/config.ts';
import { Form, type FormState } from '../../web/page/form.tsx';
import type { PageTools, Show } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import type { NoticeOf } from '../flow.ts';
import { emailField, newPasswordField } from '../shared/form-fields.ts';
import type { LinkPage, LinkPageProps, LinkPages } from '../shared/link-page.tsx';
import { AccountName, NoToken, WhoseLink } from '../shared/mailed-link.tsx';
import { invitation, resetPassword } from '../shared/token-kinds.ts';
import type { passwordReset as manifest } from './manifest.ts';
import * as api from './page-operations.ts';
import type { PasswordResets } from './service.ts';

const resetPage: LinkPage = {
  path: '/reset-password',
  title: 'Choose a new password',
  links: [
    [
      resetPassword,
      {
        title: 'Your new password is set',
        text: 'This link has set it, and every session of the account has ended.',
        asksPassword: true,
      },
    ],
    [
      invitation,
      {
        title: 'Your password is set',
        text: 'This link has set it, and the address is confirmed.',
        asksPassword: true,
      },
    ],
  ],
  again: { href: '/forgot-password', text: 'Ask for a new link' },
};

export interface PasswordResetPagesOptions {
  config: Pick<Config, 'passwordMinLength'>;
  linkPages: LinkPages;
  passwordResets: PasswordResets;
}

/** The pages `/forgot-password` and `/reset-password`, to which its mail links. */
export function passwordResetPages(
  { config, linkPages, passwordResets }: PasswordResetPagesOptions,
  { page, form, goTo }: PageTools<NoticeOf<typeof manifest>>,
): Implemented[] {
  const showForgot: Show = ({ state }) => ({
    title: 'Forgot your password?',
    main: <ForgotPassword state={state} />,
  });

  const showReset = linkPages.show(
    resetPage,
    (props) => <ResetPassword {...props} leastPassword={config.passwordMinLength} />,
    () => <NoToken again={resetPage.again} />,
  );

  return [
    page(api.forgotPasswordPage, showForgot),
    form(api.forgotPasswordForm, showForgot, async ({ body, req, res }) => {
      await passwordResets.forgot(req, body.email);
      goTo(res, '/sign-in', 'reset_requested');
    }),
    page(api.resetPasswordPage, showReset),
    form(api.resetPasswordForm, showReset, async ({ body, req, res }) => {
      const after = await linkPages.after(resetPage, req, body.token);
      await passwordResets.reset(req, body);
      goTo(res, ...after('/sign-in', 'password_reset'));
    }),
  ];
}

function ForgotPassword({ state }: { state: FormState }) {
  return (
    <div class="narrow">
      <div class="card">
        <h1>Forgot your password?</h1>
        <p>Tell us your e-mail address, and we send you a link to choose a new one.</p>
        <Form
          id="forgot"
          action="/forgot-password"
          state={state}
          fields={[emailField]}
          submit="Send the link"
        />
      </div>
      <p class="below">
        <a href="/sign-in">Back to signing in</a>
      </p>
    </div>
  );
}

function ResetPassword(props: LinkPageProps & { leastPassword: number }) {
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
        fields={[newPasswordField(leastPassword)]}
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
