import type { Config } from '../../base/config.ts';
import { nextPath, secondFactorPath } from '../../web/page/next-path.ts';
import { setNotice } from '../../web/page/notices.ts';
import { type PageTools, type Show, type Shown, textOf } from '../../web/page/page-tools.ts';
import { type Implemented, implement } from '../../web/router.ts';
import { signedInOn, waitingOn } from '../../web/session/require-user.ts';
import { entryPage, nextOf } from '../shared/entry-page.ts';
import { passkeyScript } from '../shared/passkey-script.ts';
import { type CallbackProblem, callbackProblems } from '../shared/providers/callback-problems.ts';
import type { ProviderStart } from '../shared/providers/provider-start.ts';
import type { SignIn } from '../shared/sign-in.ts';
import * as api from './page-operations.ts';
import { createPasskeyWayIn, type PasskeyWayInOptions } from './passkey/way-in.ts';
import { createPasswordWayIn, type PasswordWayInOptions } from './password/way-in.ts';
import { SignInPage } from './sign-in-page.tsx';
import { pageTexts } from './texts/texts.ts';

export type WaysInPagesOptions = PasswordWayInOptions &
  PasskeyWayInOptions & {
    config: Pick<Config, 'oidcProviders' | 'emailCode' | 'deployed'>;
    sessions: SignIn;
    providerStart: ProviderStart;
  };

/** The page `/sign-in`, with a form for each way in. */
export function wayInPages(options: WaysInPagesOptions, tools: PageTools<never>): Implemented[] {
  const { config, sessions, providerStart } = options;
  const byPassword = createPasswordWayIn(options);
  const byPasskey = createPasskeyWayIn(options);

  const show: Show = ({ req, given, state, language }) => ({
    title: pageTexts[language].signIn.title,
    script: passkeyScript,
    main: (
      <SignInPage
        sent={{ form: textOf(given, 'form') ?? 'password', state }}
        next={nextOf(given) ?? nextAfter(problemIn(given))}
        problem={problemIn(given)}
        providers={config.oidcProviders}
        resend={config.requireVerifiedEmail}
        mailsCodes={config.emailCode}
        waiting={waitingOn(req) !== undefined}
      />
    ),
  });

  const signInPage = entryPage(tools, api.signInPage, show);

  return [
    {
      ...signInPage,
      handler: (req, res, next) => {
        const problem = signedInOn(req) && problemIn(req.query);
        if (!problem) return signInPage.handler(req, res, next);
        setNotice(res, problem, config, 'lax');
        return tools.goTo(res, '/security');
      },
    },
    // No form is sent here: what goes wrong is no fault of one.
    implement(api.providerPage, async ({ params, query, req, res }) => {
      const anew = query.anew === undefined ? undefined : signedInOn(req)?.userId;
      const url = await providerStart.begin(req, params.provider, {
        next: query.next,
        anew,
      });
      tools.goTo(res, url.href);
    }),
    tools.form(api.signInForm, show, async ({ body, req, res }) => {
      const { next } = body;
      const remember = body.remember !== 'false';
      const proof =
        body.form === 'passkey'
          ? await byPasskey.prove({ passkey: body.passkey, remember }, req)
          : await byPassword.prove({ email: body.email, password: body.password, remember }, req);
      const waiting = await sessions.complete(req, proof);
      tools.goTo(res, waiting ? secondFactorPath(next) : nextPath(next));
    }),
  ];
}

function problemIn(given: Shown['given']): CallbackProblem | undefined {
  return callbackProblems.find((problem) => problem === given.problem);
}

/** Whose sign-in belongs to no account yet links it, once signed in. */
const nextAfter = (problem: CallbackProblem | undefined) =>
  problem === 'account_exists' ? '/security' : undefined;
