import { nextPath, secondFactorPath } from '../../web/page/next-path.ts';
import { type PageTools, type Show, textOf } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { waitingOn } from '../../web/session/require-user.ts';
import { entryPage, nextOf } from '../shared/entry-page.ts';
import { passkeyScript } from '../shared/passkey-script.ts';
import type { SignIn } from '../shared/sign-in.ts';
import * as api from './page-operations.ts';
import { createPasskeyWayIn, type PasskeyWayInOptions } from './passkey/way-in.ts';
import { createPasswordWayIn, type PasswordWayInOptions } from './password/way-in.ts';
import { SignInPage } from './sign-in-page.tsx';

export type WaysInPagesOptions = PasswordWayInOptions & PasskeyWayInOptions & { sessions: SignIn };

/** The page `/sign-in`, with a form for each way in. */
export function wayInPages(options: WaysInPagesOptions, tools: PageTools<never>): Implemented[] {
  const { config, sessions } = options;
  const byPassword = createPasswordWayIn(options);
  const byPasskey = createPasskeyWayIn(options);

  const show: Show = ({ req, given, state }) => ({
    title: 'Sign in',
    script: passkeyScript,
    main: (
      <SignInPage
        sent={{ form: textOf(given, 'form') ?? 'password', state }}
        next={nextOf(given)}
        resend={config.requireVerifiedEmail}
        waiting={waitingOn(req) !== undefined}
      />
    ),
  });

  return [
    entryPage(tools, api.signInPage, show),
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
