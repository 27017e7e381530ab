import type { Config } from '../../base/config.ts';
import { Form, type FormState } from '../../web/page/form.tsx';
import type { PageTools, Show } from '../../web/page/page-tools.ts';
import { Filled, useReader } from '../../web/page/reader.tsx';
import type { Implemented } from '../../web/router.ts';
import type { NoticeOf } from '../flow.ts';
import { emailField, newPasswordField } from '../shared/form-fields.ts';
import type { LinkPage, LinkPageProps, LinkPages } from '../shared/link-page.tsx';
import { AccountName, NoToken, WhoseLink } from '../shared/mailed-link.tsx';
import { invitation, resetPassword } from '../shared/token-kinds.ts';
import type { passwordReset as manifest } from './manifest.ts';
import * as api from './page-operations.ts';
import type { PasswordResets } from './service.ts';
import { pageTexts } from './texts/texts.ts';

const resetPage: LinkPage = {
  path: '/reset-password',
  links: [resetPassword, invitation],
  says: (language) => {
    const { reset, done } = pageTexts[language];
    return {
      title: reset.title,
      done: {
        [resetPassword.purpose]: { ...done.reset, asksPassword: true },
        [invitation.purpose]: { ...done.invitation, asksPassword: true },
      },
      again: { href: '/forgot-password', text: reset.again },
    };
  },
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
  const showForgot: Show = ({ state, language }) => ({
    title: pageTexts[language].forgot.title,
    main: <ForgotPassword state={state} />,
  });

  const showReset = linkPages.show(
    resetPage,
    (props) => <ResetPassword {...props} leastPassword={config.passwordMinLength} />,
    ({ language }) => <NoToken again={resetPage.says(language).again} />,
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
  const { language } = useReader();
  const texts = pageTexts[language].forgot;
  return (
    <div class="narrow">
      <div class="card">
        <h1>{texts.title}</h1>
        <p>{texts.lead}</p>
        <Form
          id="forgot"
          action="/forgot-password"
          state={state}
          fields={[emailField(language)]}
          submit={texts.submit}
        />
      </div>
      <p class="below">
        <a href="/sign-in">{texts.back}</a>
      </p>
    </div>
  );
}

function ResetPassword(props: LinkPageProps & { leastPassword: number }) {
  const { state, token, link, visitor, leastPassword } = props;
  const { language } = useReader();
  const texts = pageTexts[language].reset;
  return (
    <div class="narrow card">
      <h1>{texts.title}</h1>
      <WhoseLink link={link} visitor={visitor} />
      <p>{texts.devices}</p>
      <Form
        id="reset"
        action="/reset-password"
        state={state}
        hidden={{ token }}
        fields={[newPasswordField(leastPassword, language)]}
        submit={texts.submit}
      >
        <AccountName address={link.account} />
      </Form>
      <p class="below">
        <Filled text={texts.expired} again={<a href="/forgot-password">{texts.askAnew}</a>} />
      </p>
    </div>
  );
}
