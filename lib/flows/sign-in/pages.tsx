import type { Config } from '../../base/config.ts';
import type { Users } from '../../users/repository.ts';
import { nextPath } from '../../web/page/next-path.ts';
import { type PageTools, type Show, type Shown, textOf } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { signedInOn } from '../../web/session/require-user.ts';
import * as api from '../page-operations.ts';
import { SignIn, SignUp } from './entry-forms.tsx';
import { Home, Welcome } from './home-page.tsx';
import type { Access } from './service.ts';

export interface EntryPagesOptions {
  config: Pick<Config, 'requireVerifiedEmail' | 'passwordMinLength'>;
  users: Users;
  access: Access;
}

/** Pages to come in and leave by: `/`, `/sign-up`, `/sign-in`, and `/sign-out`. */
export function entryPages({ config, users, access }: EntryPagesOptions, tools: PageTools): Implemented[] {
  const { page, form, goTo } = tools;
  const { requireVerifiedEmail, passwordMinLength } = config;

  const showHome: Show = async ({ req }) => {
    const userId = signedInOn(req)?.userId;
    const user = userId === undefined ? null : await users.findById(userId);
    return user ? { title: 'Home', main: <Home user={user} /> } : { title: 'Welcome', main: <Welcome /> };
  };

  const showSignIn: Show = ({ given, state }) => ({
    title: 'Sign in',
    main: <SignIn state={state} next={nextOf(given)} resend={requireVerifiedEmail} />,
  });

  const showSignUp: Show = ({ given, state }) => ({
    title: 'Create account',
    main: (
      <SignUp
        state={state}
        next={nextOf(given)}
        leastPassword={passwordMinLength}
        confirmFirst={requireVerifiedEmail}
      />
    ),
  });

  return [
    page(api.homePage, showHome),
    elseward(page(api.signUpPage, showSignUp)),
    form(api.signUpForm, showSignUp, async ({ body: { next, ...account }, req, res }) => {
      const user = await access.signUp(req, account);
      if (user) goTo(res, nextPath(next), 'signed_up');
      else goTo(res, '/sign-in', 'check_mail');
    }),
    elseward(page(api.signInPage, showSignIn)),
    form(api.signInForm, showSignIn, async ({ body: { next, remember, ...credentials }, req, res }) => {
      await access.signIn(req, { ...credentials, remember: remember !== 'false' });
      goTo(res, nextPath(next));
    }),
    form(api.signOutForm, showHome, async ({ body, req, res }) => {
      await access.signOut(req, res);
      res.set('Clear-Site-Data', '"storage"');
      goTo(res, nextPath(body.next), 'signed_out');
    }),
  ];

  /** Who is signed in already has nothing to do here. */
  function elseward({ operation, handler }: Implemented): Implemented {
    return {
      operation,
      handler: (req, res, next) =>
        signedInOn(req) ? goTo(res, nextPath(req.query.next)) : handler(req, res, next),
    };
  }
}

function nextOf(given: Shown['given']): string | undefined {
  const next = nextPath(textOf(given, 'next'));
  return next === '/' ? undefined : next;
}
