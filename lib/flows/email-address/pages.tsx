import type { Config } from '../../base/config.ts';
import { Form } from '../../web/page/form.tsx';
import type { PageTools } from '../../web/page/page-tools.ts';
import { useReader } from '../../web/page/reader.tsx';
import type { Implemented } from '../../web/router.ts';
import { signedInOn } from '../../web/session/require-user.ts';
import type { NoticeOf } from '../flow.ts';
import { newPasswordField } from '../shared/form-fields.ts';
import type { LinkPage, LinkPageProps, LinkPages } from '../shared/link-page.tsx';
import { AccountName, NoToken, WhoseLink } from '../shared/mailed-link.tsx';
import { changeEmail, signUp, undoEmail, verifyEmail } from '../shared/token-kinds.ts';
import { ConfirmSignUp } from './confirm-sign-up.tsx';
import type { emailAddress as manifest } from './manifest.ts';
import * as api from './page-operations.ts';
import type { EmailAddresses } from './service.ts';
import { pageTexts } from './texts/texts.ts';
import { ResendVerification, VerifyEmail } from './verify-email.tsx';

const verifyPage: LinkPage = {
  path: '/verify-email',
  links: [verifyEmail, changeEmail, signUp],
  says: (language) => {
    const { verify, done } = pageTexts[language];
    const title = done.confirmed;
    return {
      title: verify.title,
      done: {
        [verifyEmail.purpose]: { title, text: done.verify },
        [changeEmail.purpose]: { title, text: done.change },
        [signUp.purpose]: { title, text: done.signUp, asksPassword: true },
      },
      again: { href: '/verify-email', text: verify.again },
    };
  },
};

const undoPage: LinkPage = {
  path: '/undo-email',
  links: [undoEmail],
  says: (language) => {
    const { undo, done } = pageTexts[language];
    return {
      title: undo.title,
      done: { [undoEmail.purpose]: { title: done.undone, text: done.undo, asksPassword: true } },
      again: { href: '/settings', text: undo.again },
    };
  },
};

export interface EmailPagesOptions {
  config: Pick<Config, 'requireVerifiedEmail' | 'passwordMinLength'>;
  linkPages: LinkPages;
  emailAddresses: EmailAddresses;
}

/** The pages `/verify-email` and `/undo-email`, to which mails link. */
export function emailPages(
  { config, linkPages, emailAddresses }: EmailPagesOptions,
  { page, form, goTo }: PageTools<NoticeOf<typeof manifest>>,
): Implemented[] {
  const showVerify = linkPages.show(
    verifyPage,
    (props) =>
      props.link.purpose === signUp.purpose ? <ConfirmSignUp {...props} /> : <VerifyEmail {...props} />,
    ({ req, state }) => {
      const by = config.requireVerifiedEmail ? 'address' : signedInOn(req) ? 'session' : 'nobody';
      return <ResendVerification state={state} by={by} />;
    },
  );

  const showUndo = linkPages.show(
    undoPage,
    (props) => <UndoEmail {...props} leastPassword={config.passwordMinLength} />,
    ({ language }) => <NoToken again={undoPage.says(language).again} />,
  );

  return [
    page(api.verifyEmailPage, showVerify),
    form(api.verifyEmailForm, showVerify, async ({ body: { token, password, email }, req, res }) => {
      const home = signedInOn(req) ? '/' : '/sign-in';
      if (token !== undefined) {
        const after = await linkPages.after(verifyPage, req, token);
        await emailAddresses.verify(req, token, password);
        return goTo(res, ...after(home, 'email_verified'));
      }
      if (config.requireVerifiedEmail && email !== undefined) await emailAddresses.resendTo(req, email);
      else await emailAddresses.resend(req);
      goTo(res, home, 'verification_sent');
    }),
    page(api.undoEmailPage, showUndo),
    form(api.undoEmailForm, showUndo, async ({ body, req, res }) => {
      const after = await linkPages.after(undoPage, req, body.token);
      await emailAddresses.undoChange(req, body);
      goTo(res, ...after('/sign-in', 'email_undone'));
    }),
  ];
}

function UndoEmail(props: LinkPageProps & { leastPassword: number }) {
  const { state, token, link, visitor, leastPassword } = props;
  const { language } = useReader();
  const texts = pageTexts[language].undo;
  return (
    <div class="narrow card">
      <h1>{texts.title}</h1>
      <WhoseLink link={link} visitor={visitor} />
      <p>{texts.lead}</p>
      <Form
        id="undo"
        action="/undo-email"
        state={state}
        hidden={{ token }}
        fields={[newPasswordField(leastPassword, language)]}
        submit={texts.submit}
      >
        <AccountName address={link.email} />
      </Form>
    </div>
  );
}
