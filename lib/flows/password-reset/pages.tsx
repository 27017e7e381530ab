import type { Request } from 'express';
import type { ComponentChildren } from 'preact';
import type { Config } from '../../base/config.ts';
import type { TokenPurpose } from '../../tokens/one-time-tokens.ts';
import type { Users } from '../../users/repository.ts';
import type { NoticeCode } from '../../web/page/notices.ts';
import { type PageTools, type Show, type Shown, textOf } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { signedInOn } from '../../web/session/require-user.ts';
import { ConfirmSignUp } from '../email-address/confirm-sign-up.tsx';
import type { EmailAddresses } from '../email-address/service.ts';
import * as api from '../page-operations.ts';
import { DoneLink, NoToken, OverLink, type Visitor } from '../shared/mailed-link.tsx';
import type { MailedLink, MailedLinks } from '../shared/mailed-links.ts';
import {
  ForgotPassword,
  ResendVerification,
  ResetPassword,
  UndoEmail,
  VerifyEmail,
} from './recovery-forms.tsx';
import type { PasswordResets } from './service.ts';

/** What the pages have in common that mails link to. */
interface LinkPage {
  path: '/reset-password' | '/verify-email' | '/undo-email';
  title: string;
  purposes: readonly TokenPurpose[];
  /** Where to go with a link that does not work. */
  again: { href: string; text: string };
}

const askAgain = { href: '/forgot-password', text: 'Ask for a new link' };

const resetPage: LinkPage = {
  path: '/reset-password',
  title: 'Choose a new password',
  purposes: ['reset_password'],
  again: askAgain,
};

const verifyPage: LinkPage = {
  path: '/verify-email',
  title: 'Confirm your e-mail address',
  purposes: ['verify_email', 'change_email', 'sign_up'],
  again: { href: '/verify-email', text: 'Ask for a new link' },
};

const undoPage: LinkPage = {
  path: '/undo-email',
  title: 'Take your old address back',
  purposes: ['undo_email'],
  again: { href: '/settings', text: 'Go to the settings' },
};

export interface RecoveryPagesOptions {
  config: Pick<Config, 'requireVerifiedEmail' | 'passwordMinLength'>;
  users: Users;
  mailedLinks: MailedLinks;
  passwordResets: PasswordResets;
  emailAddresses: EmailAddresses;
}

/** Pages that mails link to, and those that have a mail sent. Opening a link spends nothing: its button does. */
export function recoveryPages(
  services: RecoveryPagesOptions,
  { page, form, goTo }: PageTools,
): Implemented[] {
  const { config, users, mailedLinks, passwordResets, emailAddresses } = services;
  const leastPassword = config.passwordMinLength;

  const showForgot: Show = ({ state }) => ({
    title: 'Forgot your password?',
    main: <ForgotPassword state={state} />,
  });

  type Main = (props: {
    state: Shown['state'];
    token: string;
    link: MailedLink;
    visitor: Visitor | null;
  }) => ComponentChildren;

  /** A page by its link: whose it is, and what it does, did, or does not do any more. */
  function showLink(linkPage: LinkPage, main: Main, withoutToken: (shown: Shown) => ComponentChildren): Show {
    const { title, purposes, again } = linkPage;
    return async (shown) => {
      const { req, given, state } = shown;
      const token = textOf(given, 'token');
      const content = (main: ComponentChildren) => ({ title, hasToken: true, main });
      if (token === undefined) return content(withoutToken(shown));
      const link = await mailedLinks.look(token, purposes);
      if (!link || link.state === 'over') return content(<OverLink again={again} fault={state.fault} />);
      const visitor = await visitorOn(req);
      if (link.state === 'done')
        return content(<DoneLink link={link} visitor={visitor} fault={state.fault} />);
      return content(main({ state, token, link, visitor }));
    };
  }

  async function visitorOn(req: Request): Promise<Visitor | null> {
    const userId = signedInOn(req)?.userId;
    return userId === undefined ? null : users.findById(userId);
  }

  /**
   * What to do once a link has done its work: go on, and be told there; or where somebody else is signed in, to the
   * link's own page, which says what it did and for whom. The other's pages are to tell nothing of it.
   */
  async function linkUser({ purposes, path }: LinkPage, req: Request, token: string) {
    const userId = signedInOn(req)?.userId;
    const link = userId === undefined ? null : await mailedLinks.look(token, purposes);
    const isOthers = link !== null && link.userId !== userId;
    return (next: string, notice: NoticeCode): [string, NoticeCode?] =>
      isOthers ? [`${path}?token=${encodeURIComponent(token)}`] : [next, notice];
  }

  const showReset = showLink(
    resetPage,
    (props) => <ResetPassword {...props} leastPassword={leastPassword} />,
    () => <NoToken again={askAgain} />,
  );

  const showVerify = showLink(
    verifyPage,
    (props) => (props.link.purpose === 'sign_up' ? <ConfirmSignUp {...props} /> : <VerifyEmail {...props} />),
    ({ req, state }) => {
      const by = config.requireVerifiedEmail ? 'address' : signedInOn(req) ? 'session' : 'nobody';
      return <ResendVerification state={state} by={by} />;
    },
  );

  const showUndo = showLink(
    undoPage,
    (props) => <UndoEmail {...props} leastPassword={leastPassword} />,
    () => <NoToken again={undoPage.again} />,
  );

  return [
    page(api.forgotPasswordPage, showForgot),
    form(api.forgotPasswordForm, showForgot, async ({ body, req, res }) => {
      await passwordResets.forgot(req, body.email);
      goTo(res, '/sign-in', 'reset_requested');
    }),
    page(api.resetPasswordPage, showReset),
    form(api.resetPasswordForm, showReset, async ({ body, req, res }) => {
      const after = await linkUser(resetPage, req, body.token);
      await passwordResets.reset(req, body);
      goTo(res, ...after('/sign-in', 'password_reset'));
    }),
    page(api.verifyEmailPage, showVerify),
    form(api.verifyEmailForm, showVerify, async ({ body: { token, password, email }, req, res }) => {
      const home = signedInOn(req) ? '/' : '/sign-in';
      if (token !== undefined) {
        const after = await linkUser(verifyPage, req, token);
        await emailAddresses.verify(req, token, password);
        return goTo(res, ...after(home, 'email_verified'));
      }
      if (config.requireVerifiedEmail && email !== undefined) await emailAddresses.resendTo(req, email);
      else await emailAddresses.resend(req);
      goTo(res, home, 'verification_sent');
    }),
    page(api.undoEmailPage, showUndo),
    form(api.undoEmailForm, showUndo, async ({ body, req, res }) => {
      const after = await linkUser(undoPage, req, body.token);
      await emailAddresses.undoChange(req, body);
      goTo(res, ...after('/sign-in', 'email_undone'));
    }),
  ];
}
