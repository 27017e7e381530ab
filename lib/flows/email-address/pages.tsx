import type { Config } from '../../base/config.ts';
import { Form } from '../../web/page/form.tsx';
import type { PageTools } from '../../web/page/page-tools.ts';
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
import { ResendVerification, VerifyEmail } from './verify-email.tsx';

const confirmed = 'Your e-mail address is confirmed';

const verifyPage: LinkPage = {
  path: '/verify-email',
  title: 'Confirm your e-mail address',
  links: [
    [verifyEmail, { title: confirmed, text: 'It has been confirmed already.' }],
    [changeEmail, { title: confirmed, text: 'Sign in with it from now on.' }],
    [signUp, { title: confirmed, text: 'Sign in with the password of that sign-up.', asksPassword: true }],
  ],
  again: { href: '/verify-email', text: 'Ask for a new link' },
};

const undoPage: LinkPage = {
  path: '/undo-email',
  title: 'Take your old address back',
  links: [
    [
      undoEmail,
      {
        title: 'Your old e-mail address is back',
        text: 'This link has brought it back and set a new password, and every session of the account has ended.',
        asksPassword: true,
      },
    ],
  ],
  again: { href: '/settings', text: 'Go to the settings' },
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
    () => <NoToken again={undoPage.again} />,
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
  return (
    <div class="narrow card">
      <h1>Take your old address back</h1>
      <WhoseLink link={link} visitor={visitor} />
      <p>
        The account gets this address back, and every device is signed out. Whoever changed the address may
        know the password, so choose a new one.
      </p>
      <Form
        id="undo"
        action="/undo-email"
        state={state}
        hidden={{ token }}
        fields={[newPasswordField(leastPassword)]}
        submit="Take it back"
      >
        <AccountName address={link.email} />
      </Form>
    </div>
  );
}
