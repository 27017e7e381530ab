import type { FormState } from '../../web/page/form.tsx';
import { Form } from '../../web/page/form.tsx';
import { nextPath, signInPath } from '../../web/page/next-path.ts';
import { type PageTools, type Show, type Shown, textOf } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { currentUser, signedInOn, waitingOn } from '../../web/session/require-user.ts';
import type { NoticeOf } from '../flow.ts';
import { nextOf } from '../shared/entry-page.ts';
import { FactorForms } from './factor-forms.tsx';
import type { secondFactor as manifest } from './manifest.ts';
import * as api from './page-operations.ts';
import type { SecondFactorSteps } from './service.ts';

/** The pages `/second-factor` and `/reauthenticate`. */
export function secondFactorPages(
  { secondFactorSteps: steps }: { secondFactorSteps: SecondFactorSteps },
  { page, form, goTo }: PageTools<NoticeOf<typeof manifest>>,
): Implemented[] {
  const showSecondFactor: Show = async ({ req, given, state }) => ({
    title: 'Second factor',
    main: (
      <div class="narrow">
        <div class="card">
          <h1>One more step</h1>
          <p>The password is right. Signing in needs your second factor too.</p>
          <FactorForms
            action="/second-factor"
            next={nextOf(given)}
            factors={await steps.wouldDo(req)}
            submit="Sign in"
            sent={sentOf(given, state)}
          />
        </div>
        <form method="post" action="/sign-out" class="below">
          <button type="submit" class="plain">
            Cancel signing in
          </button>
        </form>
      </div>
    ),
  });

  const showReauthenticate: Show = async ({ req, given, state }) => {
    const factors = await steps.wouldDo(req);
    const [next, sent] = [nextOf(given), sentOf(given, state)];
    const { email } = currentUser(req);
    return {
      title: 'Show who you are',
      main: (
        <div class="narrow">
          <div class="card">
            <h1>Is it you, {email}?</h1>
            <p>What comes next needs you to have shown who you are within the last 10 minutes.</p>
            {factors.length > 0 ? (
              <FactorForms
                action="/reauthenticate"
                next={next}
                factors={factors}
                submit="Confirm"
                sent={sent}
              />
            ) : (
              <PasswordForm email={email} next={next} state={state} />
            )}
          </div>
          <p class="below">
            <a href={next ?? '/'}>Go back</a>
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
      await steps.answer(
        req,
        body.form === 'code' ? { code: body.code } : { recoveryCode: body.recoveryCode },
      );
      goTo(res, nextPath(body.next));
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

interface PasswordFormProps {
  email: string;
  next: string | undefined;
  state: FormState;
}

function PasswordForm({ email, next, state }: PasswordFormProps) {
  return (
    <Form
      id="password"
      action="/reauthenticate"
      username={email}
      hidden={{ form: 'password', next }}
      state={state}
      fields={[
        {
          name: 'currentPassword',
          label: 'Password',
          type: 'password',
          autocomplete: 'current-password',
        },
      ]}
      submit="Confirm"
    />
  );
}
