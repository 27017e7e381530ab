import type { ProviderSettings } from '../../base/provider-settings.ts';
import { CheckBox } from '../../web/page/check-box.tsx';
import { Form, type FormState, untouched } from '../../web/page/form.tsx';
import { emailCodePath } from '../../web/page/next-path.ts';
import { Filled, useReader } from '../../web/page/reader.tsx';
import { emailField } from '../shared/form-fields.ts';
import { PasskeyForm } from '../shared/passkey-form.tsx';
import { ProviderButtons } from '../shared/provider-buttons.tsx';
import type { CallbackProblem } from '../shared/providers/callback-problems.ts';
import { noticeTexts, sharedTexts } from '../shared/texts/texts.ts';
import { WaitingSignIn } from '../shared/waiting-sign-in.tsx';
import { passkeySignInOptions } from './passkey/operations.ts';
import { pageTexts } from './texts/texts.ts';

interface SignInPageProps {
  /** The form that was sent, with what is wrong in it. */
  sent: { form: string; state: FormState };
  next?: string | undefined;
  resend: boolean;
  /** True where a mailed code signs in. */
  mailsCodes: boolean;
  /** True where a sign-in waits for its second factor. */
  waiting: boolean;
  /** What went wrong at a provider. */
  problem: CallbackProblem | undefined;
  providers: readonly ProviderSettings[];
}

/** For both forms; the passkey's takes it over from the other. */
const forget = { id: 'sign-in-remember', name: 'remember', value: 'false' };

export function SignInPage(props: SignInPageProps) {
  const { sent, next, resend, mailsCodes, waiting, problem, providers } = props;
  const { language } = useReader();
  const { forget: forgetTexts, signIn: texts } = pageTexts[language];
  const query = next ? `?next=${encodeURIComponent(next)}` : '';
  const isPasskey = sent.form === 'passkey';
  return (
    <div class="narrow">
      {waiting && <WaitingSignIn next={next} />}
      <div class="card">
        <h1>{texts.title}</h1>
        {problem && (
          <div class="notice bad" role="alert">
            <p>{noticeTexts[language][problem]}</p>
          </div>
        )}
        <Form
          id="sign-in"
          action="/sign-in"
          state={isPasskey ? untouched : sent.state}
          hidden={{ next }}
          fields={[
            // Browsers that can offer the passkeys that they have beside it.
            { ...emailField(language), autocomplete: 'username webauthn' },
            {
              name: 'password',
              label: sharedTexts[language].fields.password,
              type: 'password',
              autocomplete: 'current-password',
            },
          ]}
          submit={texts.submit}
        >
          <CheckBox {...forget} {...forgetTexts} isTicked={sent.state.values.remember === 'false'} />
        </Form>
        <PasskeyForm
          id="passkey"
          action="/sign-in"
          state={isPasskey ? sent.state : untouched}
          act="get"
          options={passkeySignInOptions.path}
          answer="passkey"
          hidden={{ form: 'passkey', next }}
          box={forget}
          autofill
          submit={texts.byPasskey}
          look="second"
        />
        <ProviderButtons providers={providers} act="signIn" next={next} />
        {mailsCodes && (
          <p class="below">
            <a href={emailCodePath(next)}>{texts.byCode}</a>
          </p>
        )}
        <p class="below">
          <a href="/forgot-password">{texts.forgotten}</a>
        </p>
      </div>
      {resend && (
        <p class="below">
          <Filled text={texts.noMail} again={<a href="/verify-email">{texts.again}</a>} />
        </p>
      )}
      <p class="below">
        <Filled text={texts.isNew} signUp={<a href={`/sign-up${query}`}>{texts.signUp}</a>} />
      </p>
    </div>
  );
}
