import type { Config } from '../../../base/config.ts';
import type { ProviderSettings } from '../../../base/provider-settings.ts';
import { Form, type FormState } from '../../../web/page/form.tsx';
import { nextPath } from '../../../web/page/next-path.ts';
import type { PageTools, Show } from '../../../web/page/page-tools.ts';
import { Filled, useReader } from '../../../web/page/reader.tsx';
import type { Implemented } from '../../../web/router.ts';
import { waitingOn } from '../../../web/session/require-user.ts';
import type { NoticeOf } from '../../flow.ts';
import { entryPage, nextOf } from '../../shared/entry-page.ts';
import { longestName } from '../../shared/fields.ts';
import { emailField, passwordHint } from '../../shared/form-fields.ts';
import { passkeyScript } from '../../shared/passkey-script.ts';
import { ProviderButtons } from '../../shared/provider-buttons.tsx';
import { sharedTexts } from '../../shared/texts/texts.ts';
import { WaitingSignIn } from '../../shared/waiting-sign-in.tsx';
import type { signUp as manifest } from './manifest.ts';
import * as api from './page-operations.ts';
import type { SignUps } from './service.ts';
import { pageTexts } from './texts/texts.ts';

export interface SignUpPagesOptions {
  config: Pick<Config, 'requireVerifiedEmail' | 'passwordMinLength' | 'oidcProviders'>;
  signUps: SignUps;
}

/** The page `/sign-up`. */
export function signUpPages(
  { config, signUps }: SignUpPagesOptions,
  tools: PageTools<NoticeOf<typeof manifest>>,
): Implemented[] {
  const { form, goTo } = tools;

  const showSignUp: Show = ({ req, given, state, language }) => ({
    title: pageTexts[language].title,
    script: passkeyScript,
    main: (
      <SignUp
        state={state}
        next={nextOf(given)}
        leastPassword={config.passwordMinLength}
        confirmFirst={config.requireVerifiedEmail}
        waiting={waitingOn(req) !== undefined}
        providers={config.oidcProviders}
      />
    ),
  });

  return [
    entryPage(tools, api.signUpPage, showSignUp),
    form(api.signUpForm, showSignUp, async ({ body: { next, ...account }, req, res }) => {
      const user = await signUps.signUp(req, account);
      if (user) goTo(res, nextPath(next), 'signed_up');
      else goTo(res, '/sign-in', 'check_mail');
    }),
  ];
}

function SignUp({
  state,
  next,
  leastPassword,
  confirmFirst,
  waiting,
  providers,
}: {
  state: FormState;
  next?: string | undefined;
  leastPassword: number;
  /** True where an address is confirmed before there is an account. */
  confirmFirst: boolean;
  /** True where a sign-in waits for its second factor. */
  waiting: boolean;
  providers: readonly ProviderSettings[];
}) {
  const { language } = useReader();
  const texts = pageTexts[language];
  const query = next ? `?next=${encodeURIComponent(next)}` : '';
  return (
    <div class="narrow">
      {waiting && <WaitingSignIn next={next} />}
      <div class="card">
        <h1>{texts.title}</h1>
        {confirmFirst && <p>{texts.confirmFirst}</p>}
        <Form
          id="sign-up"
          action="/sign-up"
          state={state}
          hidden={{ next }}
          fields={[
            {
              name: 'name',
              label: texts.name,
              type: 'text',
              autocomplete: 'name',
              optional: true,
              maxLength: longestName,
            },
            emailField(language),
            {
              name: 'password',
              label: sharedTexts[language].fields.password,
              type: 'password',
              autocomplete: 'new-password',
              hint: passwordHint(leastPassword, language),
            },
          ]}
          submit={texts.submit}
        />
        <ProviderButtons providers={providers} act="signUp" next={next} />
      </div>
      <p class="below">
        <Filled text={texts.isKnown} signIn={<a href={`/sign-in${query}`}>{texts.signIn}</a>} />
      </p>
    </div>
  );
}
