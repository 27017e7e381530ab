import * as api from '../../api/pages.ts';
import type { Implemented } from '../../http/operations.ts';
import { SignIn, SignUp } from '../../pages/entry.tsx';
import { Home, Welcome } from '../../pages/home.tsx';
import { nextPath } from '../../pages/next-path.ts';
import type { AuthServices } from '../../services.ts';
import { signedInOn } from '../../session/signed-in.ts';
import { type PageTools, type Show, type Shown, textOf } from './page-tools.ts';

/** Pages to come in and leave by: `/`, `/sign-up`, `/sign-in`, and `/sign-out`. */
export function entryPages({ config, users, access }: AuthServices, tools: PageTools): Implemented[] {
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
