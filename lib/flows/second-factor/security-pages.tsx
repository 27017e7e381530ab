import type { Request, Response } from 'express';
import type { PageTools, Show } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { currentUser } from '../../web/session/require-user.ts';
import type { NoticeOf } from '../flow.ts';
import type { FactorChanges } from './changes.ts';
import type { secondFactor as manifest } from './manifest.ts';
import { NewApp } from './new-app-page.tsx';
import * as api from './page-operations.ts';
import { qrCodeOf } from './qr-code.tsx';
import { RecoveryCodes } from './recovery-codes-page.tsx';
import { Security } from './security-page.tsx';
import type { SecondFactorSteps } from './service.ts';

export interface SecurityPagesOptions {
  secondFactorSteps: SecondFactorSteps;
  factorChanges: FactorChanges;
}

/** The page `/security`, and the page that adds an authenticator app. */
export function securityPages(
  { secondFactorSteps, factorChanges }: SecurityPagesOptions,
  { page, form, goTo, send }: PageTools<NoticeOf<typeof manifest>>,
): Implemented[] {
  const showSecurity: Show = async ({ req, state }) => ({
    title: 'Security',
    main: <Security factors={await secondFactorSteps.view(req)} state={state} />,
  });

  const showNewApp: Show = async ({ req, state }) => {
    const waiting = await factorChanges.newTotp(req);
    const shown = waiting && { secret: waiting.secret, qrCode: await qrCodeOf(waiting.uri) };
    return { title: 'Add an authenticator app', main: <NewApp shown={shown} state={state} /> };
  };

  /** They can be shown this once only, so that the form's own answer shows them. */
  function sendCodes(req: Request, res: Response, codes: readonly string[], why: 'app' | 'codes'): void {
    const { email } = currentUser(req);
    send(req, res, {
      title: 'Recovery codes',
      main: <RecoveryCodes codes={codes} email={email} why={why} />,
    });
  }

  return [
    page(api.securityPage, showSecurity),
    form(api.securityForm, showSecurity, async ({ body, req, res }) => {
      switch (body.form) {
        case 'add_app':
          await factorChanges.beginTotp(req);
          return goTo(res, '/security/app');
        case 'remove_app':
          await factorChanges.removeTotp(req);
          return goTo(res, '/security', 'totp_removed');
        case 'make_codes':
          return sendCodes(req, res, await factorChanges.makeRecoveryCodes(req), 'codes');
      }
    }),
    page(api.newAppPage, showNewApp),
    form(api.newAppForm, showNewApp, async ({ body, req, res }) => {
      const codes = await factorChanges.confirmTotp(req, body.code);
      if (codes.length === 0) return goTo(res, '/security', 'totp_added');
      sendCodes(req, res, codes, 'app');
    }),
  ];
}
