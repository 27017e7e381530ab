import type { Request, Response } from 'express';
import type { Config } from '../../base/config.ts';
import { Problem } from '../../base/problem.ts';
import { type PageTools, type Show, textOf } from '../../web/page/page-tools.ts';
import { readerOn } from '../../web/reader.ts';
import type { Implemented } from '../../web/router.ts';
import { currentUser } from '../../web/session/require-user.ts';
import type { NoticeOf } from '../flow.ts';
import { shared } from '../shared/manifest.ts';
import { passkeyScript } from '../shared/passkey-script.ts';
import { providerNames } from '../shared/providers/provider-names.ts';
import type { FactorChanges } from './factor-changes.ts';
import type { secondFactor as manifest } from './manifest.ts';
import { NewApp } from './new-app-page.tsx';
import * as api from './page-operations.ts';
import type { PasskeyChanges } from './passkey-changes.ts';
import type { ProviderChanges } from './provider-changes.ts';
import { OnToProvider } from './providers-part.tsx';
import { qrCodeOf } from './qr-code.tsx';
import { RecoveryCodes, type WhyCodes } from './recovery-codes-page.tsx';
import { Security } from './security-page.tsx';
import type { SecondFactorSteps } from './service.ts';
import { pageTexts } from './texts/texts.ts';

export interface SecurityPagesOptions {
  secondFactorSteps: SecondFactorSteps;
  factorChanges: FactorChanges;
  passkeyChanges: PasskeyChanges;
  providerChanges: ProviderChanges;
  config: Pick<Config, 'oidcProviders'>;
  now: () => Date;
}

/** An app that was added so long ago at most was added by a form that is sent twice, in milliseconds. */
const justNowMs = 60_000;

/** The page `/security`, and the page that adds an authenticator app. */
export function securityPages(
  options: SecurityPagesOptions,
  { page, form, goTo, send }: PageTools<NoticeOf<typeof manifest>>,
): Implemented[] {
  const { config, secondFactorSteps, factorChanges, passkeyChanges, providerChanges, now } = options;

  const showSecurity: Show = async ({ req, given, state, language }) => ({
    title: pageTexts[language].security.title,
    script: passkeyScript,
    main: (
      <Security
        factors={await secondFactorSteps.view(req)}
        providers={config.oidcProviders}
        sent={{ form: textOf(given, 'form') ?? '', id: textOf(given, 'id'), state }}
      />
    ),
  });

  const nameOf = providerNames(config);

  const showNewApp: Show = async ({ req, state, language }) => {
    const { title, qrCode } = pageTexts[language].newApp;
    const waiting = await factorChanges.newTotp(req);
    const shown = waiting && { secret: waiting.secret, qrCode: await qrCodeOf(waiting.uri, qrCode) };
    return { title, main: <NewApp shown={shown} state={state} /> };
  };

  /** They can be shown this once only, so that the form's own answer shows them. */
  function sendCodes(req: Request, res: Response, codes: readonly string[], why: WhyCodes): void {
    const { email } = currentUser(req);
    send(req, res, {
      title: pageTexts[readerOn(req).language].newCodes.title,
      main: <RecoveryCodes codes={codes} email={email} why={why} />,
    });
  }

  /** Of a form that is sent twice the second finds that the secret is in force. */
  async function isAddedAlready(req: Request, error: unknown): Promise<boolean> {
    if (!(error instanceof Problem) || error.code !== shared.problems.invalid_code.code) return false;
    const { totp } = await secondFactorSteps.view(req);
    if (!totp || now().getTime() - totp.createdAt.getTime() > justNowMs) return false;
    return (await factorChanges.newTotp(req)) === null;
  }

  return [
    page(api.securityPage, showSecurity),
    form(api.securityForm, showSecurity, async ({ body, req, res }) => {
      switch (body.form) {
        case 'add_passkey': {
          const { name, credential } = body;
          if (!credential) {
            // The script could not begin. Whoever has to show anew who they are is led there, and the name is kept.
            await passkeyChanges.begin(req);
            return goTo(res, '/security');
          }
          const { recoveryCodes } = await passkeyChanges.add(req, { name, credential });
          if (recoveryCodes.length === 0) return goTo(res, '/security', 'passkey_added');
          return sendCodes(req, res, recoveryCodes, 'passkey');
        }
        case 'rename_passkey':
          await passkeyChanges.rename(req, body.id, body.name);
          return goTo(res, '/security', 'passkey_renamed');
        case 'remove_passkey':
          await passkeyChanges.remove(req, body.id);
          return goTo(res, '/security', 'passkey_removed');
        case 'remove_password':
          await passkeyChanges.removePassword(req);
          return goTo(res, '/security', 'password_removed');
        case 'link_provider': {
          const { href } = await providerChanges.begin(req, body.id);
          res.set('Refresh', `0; url=${href}`);
          const name = nameOf(body.id);
          const { title } = pageTexts[readerOn(req).language].onToProvider;
          return send(req, res, { title: title(name), main: <OnToProvider name={name} url={href} /> });
        }
        case 'unlink_provider':
          await providerChanges.remove(req, body.id);
          return goTo(res, '/security', 'provider_unlinked');
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
      const codes = await factorChanges.confirmTotp(req, body.code).catch(async (error: unknown) => {
        if (await isAddedAlready(req, error)) return [];
        throw error;
      });
      if (codes.length === 0) return goTo(res, '/security', 'totp_added');
      sendCodes(req, res, codes, 'app');
    }),
  ];
}
