import { nextPath } from '../../web/page/next-path.ts';
import type { PageTools, Show } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { userOn, waitingOn } from '../../web/session/require-user.ts';
import type { NoticeOf } from '../flow.ts';
import type { SignIn } from '../shared/sign-in.ts';
import { Home, Welcome } from './home-page.tsx';
import type { signIn as manifest } from './manifest.ts';
import * as api from './page-operations.ts';
import { pageTexts } from './texts/texts.ts';

/** The page `/`, and the form that signs out. */
export function signInPages(
  { sessions }: { sessions: SignIn },
  { page, form, goTo }: PageTools<NoticeOf<typeof manifest>>,
): Implemented[] {
  const showHome: Show = ({ req, language }) => {
    const { home, welcome } = pageTexts[language];
    const user = userOn(req);
    if (user) return { title: home.title, main: <Home user={user} /> };
    return { title: welcome.title, main: <Welcome waiting={waitingOn(req) !== undefined} /> };
  };

  return [
    page(api.homePage, showHome),
    form(api.signOutForm, showHome, async ({ body, req, res }) => {
      await sessions.signOut(req, res);
      res.set('Clear-Site-Data', '"storage"');
      goTo(res, nextPath(body.next), 'signed_out');
    }),
  ];
}
