import type { Request } from 'express';
import type { Config } from '../../base/config.ts';
import type { FormState } from '../../web/page/form.tsx';
import { nextPath, signInPath } from '../../web/page/next-path.ts';
import { type PageTools, type Show, type Shown, textOf } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { currentUser, signedInOn, waitingOn } from '../../web/session/require-user.ts';
import type { NoticeOf } from '../flow.ts';
import { nextOf } from '../shared/entry-page.ts';
import type { WouldDo } from '../shared/fresh.ts';
import { passkeyScript } from '../shared/passkey-script.ts';
import { FactorForms } from './factor-forms.tsx';
import type { secondFactor as manifest } from './manifest.ts';
import * as api from './page-operations.ts';
import type { SecondFactorSteps } from './service.ts';
import { pageTexts } from './texts/texts.ts';

export interface SecondFactorPagesOptions {
  config: Pick<Config, 'oidcProviders'>;
  secondFactorSteps: SecondFactorSteps;
}

/** The pages `/second-factor` and `/reauthenticate`. */
export function secondFactorPages(
  { config, secondFactorSteps: steps }: SecondFactorPagesOptions,
  { page, form, goTo }: PageTools<NoticeOf<typeof manifest>>,
): Implemented[] {
  async function ownProviders(req: Request) {
    const { providers } = await steps.view(req);
    return config.oidcProviders.filter(({ id }) => providers.some(({ provider }) => provider === id));
  }

  const showSecondFactor: Show = async ({ req, given, state, language }) => {
    const factors = await steps.wouldDo(req);
    const texts = pageTexts[language].secondFactor;
    return {
      title: texts.title,
      script: scriptFor(factors),
      main: (
        <div class="narrow">
          <div class="card">
            <h1>{texts.heading}</h1>
            <p>{texts.lead}</p>
            <FactorForms
              action="/second-factor"
              next={nextOf(given)}
              factors={factors}
              submit={texts.submit}
              sent={sentOf(given, state)}
            />
          </div>
          <form method="post" action="/sign-out" class="below">
            <button type="submit" class="plain">
              {texts.cancel}
            </button>
          </form>
        </div>
      ),
    };
  };

  const showReauthenticate: Show = async ({ req, given, state, language }) => {
    const factors = await steps.wouldDo(req);
    const texts = pageTexts[language].reauthenticate;
    const next = nextOf(given);
    const { email } = currentUser(req);
    return {
      title: texts.title,
      script: scriptFor(factors),
      main: (
        <div class="narrow">
          <div class="card">
            <h1>{texts.heading(email)}</h1>
            <p>{texts.lead}</p>
            <FactorForms
              action="/reauthenticate"
              next={next}
              factors={factors}
              email={email}
              submit={texts.submit}
              providers={await ownProviders(req)}
              sent={sentOf(given, state)}
            />
          </div>
          <p class="below">
            <a href={next ?? '/'}>{texts.back}</a>
          </p>
        </div>
      ),
    };
  };

  const secondFactorPage = page(api.secondFactorPage, showSecondFactor);

  return [
    {
      ...secondFactorPage,
      handler: (req, res, next) => {
        if (waitingOn(req)) return secondFactorPage.handler(req, res, next);
        const { next: path } = req.query;
        return goTo(res, signedInOn(req) ? nextPath(path) : signInPath(path));
      },
    },
    form(api.secondFactorForm, showSecondFactor, async ({ body, req, res }) => {
      if (!waitingOn(req)) return goTo(res, signInPath(body.next));
      const { form: _form, next, ...shown } = body;
      await steps.answer(req, shown);
      goTo(res, nextPath(next));
    }),
    page(api.reauthenticatePage, showReauthenticate),
    form(
      api.reauthenticateForm,
      showReauthenticate,
      async ({ body: { form: _form, next, ...shown }, req, res }) => {
        await steps.reauthenticate(req, shown);
        goTo(res, nextPath(next), 'reauthenticated');
      },
    ),
  ];
}

/** A form that lacks what names it, as a stranger may send it, counts as the usual one. */
function sentOf(given: Shown['given'], state: FormState) {
  return { form: textOf(given, 'form') ?? 'code', state };
}

/** Of a page that asks for a passkey or a password. */
function scriptFor(factors: readonly WouldDo[]) {
  return factors.includes('passkey') || factors.includes('password') ? passkeyScript : undefined;
}
