import type { Request, Response } from 'express';
import type * as z from 'zod/mini';
import type { Activity } from '../../activity/activity.ts';
import type { ConfigFor } from '../../base/config.ts';
import { type PageTools, type Show, textOf } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { isAdministrator } from '../../web/session/is-administrator.ts';
import { signedInOn } from '../../web/session/require-user.ts';
import type { NoticeOf } from '../flow.ts';
import { factorsView } from '../shared/factors-view.ts';
import { AllActivity } from './events-page.tsx';
import { InvitationPage } from './invitation-page.tsx';
import type { admin as manifest } from './manifest.ts';
import * as api from './page-operations.ts';
import { requireSameAddress } from './same-address.ts';
import type { UserAdministration } from './service.ts';
import { pageTexts } from './texts/texts.ts';
import { UserPage } from './user-page.tsx';
import { UsersPage } from './users-page.tsx';

type AdminNotice = NoticeOf<typeof manifest>;

export interface AdminPagesOptions {
  config: ConfigFor<'sessions' | 'activity' | 'accounts'>;
  userAdministration: UserAdministration;
  activity: Activity;
}

/** Users or events on a page. */
const limit = 20;

/** The pages `/admin` and below it, for an app that lets administrators alone in. */
export function adminPages(
  { config, userAdministration: admin, activity }: AdminPagesOptions,
  { page, form, goTo }: PageTools<AdminNotice | 'signed_out'>,
): Implemented[] {
  const showUsers: Show = async ({ given, language }) => {
    const search = { query: textOf(given, 'query'), role: textOf(given, 'role') };
    const after = textOf(given, 'after');
    const disabled = textOf(given, 'disabled') === 'true' ? true : undefined;
    const found = await admin.list({ ...search, disabled, after, limit });
    const isFirst = after === undefined;
    return {
      title: pageTexts[language].users.title,
      main: <UsersPage search={{ ...search, disabled }} found={found} isFirst={isFirst} />,
    };
  };

  const showInvitation: Show = ({ state, language }) => ({
    title: pageTexts[language].invitation.title,
    main: <InvitationPage state={state} />,
  });

  const showUser: Show = async ({ req, given, state }) => {
    const details = await admin.show(String(req.params.id));
    const factors = factorsView(details.factors, config);
    const sent = { form: textOf(given, 'form') ?? '', state };
    return {
      title: details.user.email,
      main: <UserPage details={details} factors={factors} sent={sent} />,
    };
  };

  const showEvents: Show = async ({ given, language }) => {
    const of = { userId: textOf(given, 'user'), type: textOf(given, 'type') };
    const before = textOf(given, 'before');
    const events = await activity.search(of, { before, limit });
    return {
      title: pageTexts[language].events.title,
      main: <AllActivity of={of} page={events} isFirst={before === undefined} days={config.activityDays} />,
    };
  };

  /** To the user's page, while one may see it still. */
  function goOn(req: Request, res: Response, id: string, notice: AdminNotice): void {
    if (signedInOn(req) && isAdministrator(req, config)) goTo(res, `/admin/people/${id}`, notice);
    else goTo(res, '/', signedInOn(req) ? notice : 'signed_out');
  }

  async function act(req: Request, res: Response, id: string, body: UserForm): Promise<AdminNotice> {
    switch (body.form) {
      case 'name':
        await admin.change(req, res, id, { name: body.name ?? null });
        return 'user_changed';
      case 'roles':
        await admin.change(req, res, id, { roles: body.roles });
        return 'user_changed';
      case 'confirm':
      case 'unconfirm':
        await admin.change(req, res, id, { emailVerified: body.form === 'confirm' });
        return 'user_changed';
      case 'disable':
        await admin.change(req, res, id, { disabled: true });
        return 'user_disabled';
      case 'enable':
        await admin.change(req, res, id, { disabled: false });
        return 'user_enabled';
      case 'sessions':
        await admin.endSessions(req, res, id);
        return 'user_sessions_ended';
      case 'factors':
        await admin.removeFactors(req, res, id);
        return 'user_factors_removed';
      case 'lock':
        await admin.unlock(req, id);
        return 'user_unlocked';
      case 'reset':
        await admin.sendReset(req, id);
        return 'user_reset_sent';
      case 'delete':
        requireSameAddress((await admin.show(id)).user, body.email);
        await admin.erase(req, res, id);
        return 'user_deleted';
    }
  }

  return [
    page(api.usersPage, showUsers),
    page(api.invitationPage, showInvitation),
    form(api.invitationForm, showInvitation, async ({ body, req, res }) => {
      const { id } = await admin.invite(req, body);
      goTo(res, `/admin/people/${id}`, 'user_invited');
    }),
    page(api.userPage, showUser),
    form(api.userForm, showUser, async ({ body, params, req, res }) => {
      const notice = await act(req, res, params.id, body);
      if (notice === 'user_deleted' && signedInOn(req)) goTo(res, '/admin', notice);
      else goOn(req, res, params.id, notice);
    }),
    page(api.eventsPage, showEvents),
  ];
}

type UserForm = z.infer<NonNullable<typeof api.userForm.body>>;
