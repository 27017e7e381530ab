import type { PageTools, Show } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { signedInOn } from '../../web/session/require-user.ts';
import type { NoticeOf } from '../flow.ts';
import { Devices } from './devices-page.tsx';
import type { sessions as manifest } from './manifest.ts';
import * as api from './page-operations.ts';
import type { OwnSessions } from './service.ts';
import { pageTexts } from './texts/texts.ts';

/** The page `/devices`. */
export function sessionPages(
  { ownSessions }: { ownSessions: OwnSessions },
  { page, form, goTo }: PageTools<NoticeOf<typeof manifest> | 'signed_out'>,
): Implemented[] {
  const showDevices: Show = async ({ req, state, language }) => ({
    title: pageTexts[language].devices.title,
    main: <Devices sessions={await ownSessions.list(req, language)} state={state} />,
  });

  return [
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
  ];
}
