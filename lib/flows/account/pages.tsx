import type { Activity as ActivityLog } from '../../activity/activity.ts';
import type { Config } from '../../base/config.ts';
import { type PageTools, type Show, textOf } from '../../web/page/page-tools.ts';
import { type Implemented, implement } from '../../web/router.ts';
import { requireUser, signedInOn } from '../../web/session/require-user.ts';
import { Activity } from '../activity/activity-page.tsx';
import type { EmailAddresses } from '../email-address/service.ts';
import * as api from '../page-operations.ts';
import { Devices } from '../sessions/devices-page.tsx';
import type { OwnSessions } from '../sessions/service.ts';
import type { PasswordChange } from './password-change.ts';
import type { Accounts } from './service.ts';
import { Settings } from './settings-page.tsx';

export interface AccountPagesOptions {
  config: Pick<Config, 'passwordMinLength' | 'activityDays'>;
  accounts: Accounts;
  passwordChange: PasswordChange;
  emailAddresses: EmailAddresses;
  ownSessions: OwnSessions;
  activity: ActivityLog;
}

/** Pages of who is signed in: `/settings`, `/devices`, `/activity`. */
export function accountPages(services: AccountPagesOptions, { page, form, goTo }: PageTools): Implemented[] {
  const { config, accounts, passwordChange, emailAddresses, ownSessions, activity } = services;

  const showSettings: Show = async ({ req, given, state }) => ({
    title: 'Settings',
    main: (
      <Settings
        user={await accounts.get(req)}
        leastPassword={config.passwordMinLength}
        sent={{ form: textOf(given, 'form') ?? '', state }}
      />
    ),
  });

  const showDevices: Show = async ({ req, state }) => ({
    title: 'Devices',
    main: <Devices sessions={await ownSessions.list(req)} state={state} />,
  });

  const showActivity: Show = async ({ req, given }) => {
    const { before, limit } = given as { before?: string; limit: number };
    const entries = await activity.list(requireUser(req).userId, { before, limit });
    return {
      title: 'Activity',
      main: <Activity page={entries} isFirst={before === undefined} days={config.activityDays} />,
    };
  };

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
          case 'email':
            await emailAddresses.requestChange(req, body);
            return goTo(res, '/settings', 'email_requested');
          case 'password':
            await passwordChange.change(req, body);
            return goTo(res, '/settings', 'password_changed');
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
    page(api.devicesPage, showDevices),
    form(api.devicesForm, showDevices, async ({ body, req, res }) => {
      if ('others' in body) {
        await ownSessions.endOthers(req);
        return goTo(res, '/devices', 'others_ended');
      }
      await ownSessions.end(req, res, body.id);
      if (signedInOn(req)) goTo(res, '/devices', 'session_ended');
      else goTo(res, '/', 'signed_out');
    }),
    page(api.activityPage, showActivity),
  ];
}
