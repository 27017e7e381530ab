import * as api from '../../api/pages.ts';
import type { Implemented } from '../../http/operations.ts';
import {
  ForgotPassword,
  ResendVerification,
  ResetPassword,
  UndoEmail,
  VerifyEmail,
} from '../../pages/recovery.tsx';
import type { AuthServices } from '../../services.ts';
import { signedInOn } from '../../session/signed-in.ts';
import { type PageTools, type Show, textOf } from './page-tools.ts';

/** Pages that mails link to, and those that have a mail sent. Opening a link spends nothing: its button does. */
export function recoveryPages(services: AuthServices, { page, form, goTo }: PageTools): Implemented[] {
  const { config, passwordResets, emailAddresses } = services;

  const showForgot: Show = ({ state }) => ({
    title: 'Forgot your password?',
    main: <ForgotPassword state={state} />,
  });

  const showReset: Show = ({ given, state }) => ({
    title: 'Choose a new password',
    hasToken: true,
    main: (
      <ResetPassword state={state} token={textOf(given, 'token')} leastPassword={config.passwordMinLength} />
    ),
  });

  const showVerify: Show = ({ req, given, state }) => {
    const token = textOf(given, 'token');
    const by = config.requireVerifiedEmail ? 'address' : signedInOn(req) ? 'session' : 'nobody';
    return {
      title: 'Confirm your e-mail address',
      hasToken: true,
      main:
        token === undefined ? (
          <ResendVerification state={state} by={by} />
        ) : (
          <VerifyEmail state={state} token={token} />
        ),
    };
  };

  const showUndo: Show = ({ given, state }) => ({
    title: 'Take your old address back',
    hasToken: true,
    main: <UndoEmail state={state} token={textOf(given, 'token')} />,
  });

  return [
    page(api.forgotPasswordPage, showForgot),
    form(api.forgotPasswordForm, showForgot, async ({ body, req, res }) => {
      await passwordResets.forgot(req, body.email);
      goTo(res, '/sign-in', 'reset_requested');
    }),
    page(api.resetPasswordPage, showReset),
    form(api.resetPasswordForm, showReset, async ({ body, req, res }) => {
      await passwordResets.reset(req, body);
      goTo(res, '/sign-in', 'password_reset');
    }),
    page(api.verifyEmailPage, showVerify),
    form(api.verifyEmailForm, showVerify, async ({ body: { token, email }, req, res }) => {
      if (token !== undefined) {
        await emailAddresses.verify(req, token);
        return goTo(res, signedInOn(req) ? '/' : '/sign-in', 'email_verified');
      }
      if (config.requireVerifiedEmail && email !== undefined) await emailAddresses.resendTo(req, email);
      else await emailAddresses.resend(req);
      goTo(res, signedInOn(req) ? '/' : '/sign-in', 'verification_sent');
    }),
    page(api.undoEmailPage, showUndo),
    form(api.undoEmailForm, showUndo, async ({ body, req, res }) => {
      await emailAddresses.undoChange(req, body.token);
      goTo(res, '/forgot-password', 'email_undone');
    }),
  ];
}
