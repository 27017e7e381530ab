import type { Request } from 'express';
import type * as z from 'zod/mini';
import type { Config } from '../../base/config.ts';
import { type PageTools, type Show, textOf } from '../../web/page/page-tools.ts';
import { type Implemented, implement } from '../../web/router.ts';
import type { NoticeOf } from '../flow.ts';
import type { EmailChange } from '../shared/fields.ts';
import { passkeyScript } from '../shared/passkey-script.ts';
import type { account as manifest } from './manifest.ts';
import * as api from './page-operations.ts';
import type { PasswordChange } from './password-change.ts';
import type { Accounts } from './service.ts';
import { Settings } from './settings-page.tsx';
import { pageTexts } from './texts/texts.ts';

export interface AccountPagesOptions {
  config: Pick<Config, 'passwordMinLength'>;
  accounts: Accounts;
  passwordChange: PasswordChange;
  /** Asks for another address. */
  changeEmail: (req: Request, change: z.infer<typeof EmailChange>) => Promise<void>;
}

/** The page `/settings`, and where password managers look for it. */
export function accountPages(
  services: AccountPagesOptions,
  { page, form, goTo }: PageTools<NoticeOf<typeof manifest>>,
): Implemented[] {
  const { config, accounts, passwordChange, changeEmail } = services;

  const showSettings: Show = async ({ req, given, state, language }) => ({
    title: pageTexts[language].settings.title,
    // Of its passwords.
    script: passkeyScript,
    main: (
      <Settings
        user={accounts.get(req)}
        hasPassword={await accounts.hasPassword(req)}
        leastPassword={config.passwordMinLength}
        sent={{ form: textOf(given, 'form') ?? '', state }}
      />
    ),
  });

  return [
    page(api.settingsPage, showSettings),
    form(
      api.settingsForm,
      showSettings,
      async ({ body, req, res }) => {
        switch (body.form) {
          case 'name':
            await accounts.rename(req, body.name ?? null);
            return goTo(res, '/settings', 'name_changed');
          case 'language':
            await accounts.chooseLanguage(req, body.language ?? null);
            return goTo(res, '/settings', 'language_chosen');
          case 'email':
            await changeEmail(req, body);
            return goTo(res, '/settings', 'email_requested');
          case 'password':
            await passwordChange.change(req, body);
            return goTo(res, '/settings', 'password_changed');
          case 'export':
            await accounts.requireExportable(req);
            return goTo(res, '/account/export');
          case 'leave':
            await accounts.leave(req, res, body);
            res.set('Clear-Site-Data', '"storage"');
            return goTo(res, '/', 'left');
        }
      },
      passwordChange.isRepeat,
    ),
    // By the W3C's "A Well-Known URL for Changing Passwords", which asks for 302, 303 or 307.
    implement(api.changePasswordAddress, async ({ res }) => {
      res.status(302).set('Location', '/settings').end();
    }),
  ];
}
