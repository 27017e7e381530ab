import type { Language } from '../../base/language.ts';
import type { ProviderSettings } from '../../base/provider-settings.ts';
import { type FieldProps, Form, type FormState, untouched } from '../../web/page/form.tsx';
import { useReader } from '../../web/page/reader.tsx';
import type { WouldDo } from '../shared/fresh.ts';
import { PasskeyForm } from '../shared/passkey-form.tsx';
import { ProviderButtons } from '../shared/provider-buttons.tsx';
import { secondFactorPasskeyOptions } from './operations.ts';
import { pageTexts } from './texts/texts.ts';

export const codeField = (language: Language): FieldProps => ({
  name: 'code',
  label: pageTexts[language].fields.code,
  type: 'text',
  autocomplete: 'one-time-code',
  inputMode: 'numeric',
  hint: pageTexts[language].fields.codeHint,
});

const recoveryCodeField = (language: Language): FieldProps => ({
  name: 'recoveryCode',
  label: pageTexts[language].fields.recoveryCode,
  type: 'text',
  autocomplete: 'off',
  hint: pageTexts[language].fields.recoveryCodeHint,
});

const passwordField = (language: Language): FieldProps => ({
  name: 'currentPassword',
  label: pageTexts[language].fields.password,
  type: 'password',
  autocomplete: 'current-password',
});

interface FactorFormsProps {
  action: string;
  next: string | undefined;
  /** What would do. */
  factors: readonly WouldDo[];
  /** Whose password it is, where that would do. */
  email?: string;
  submit: string;
  /** Those that somebody signs in by, where signing in there again would do. */
  providers?: readonly ProviderSettings[];
  /** The form that was sent, with what is wrong in it. */
  sent: { form: string; state: FormState };
}

/** The forms for each thing that would do: the usual ones, and what stands in for them when they are lost. */
export function FactorForms(props: FactorFormsProps) {
  const { action, next, factors, email, submit, providers = [], sent } = props;
  const { language } = useReader();
  const texts = pageTexts[language].forms;
  const of = (form: string) => ({
    id: form.replace('_', '-'),
    action,
    hidden: { form, next },
    state: sent.form === form ? sent.state : untouched,
    submit,
  });
  const [hasApp, hasPasskey] = [factors.includes('totp'), factors.includes('passkey')];
  const hasCodes = factors.includes('recovery_code');
  const noScript = hasCodes && !hasApp ? `${texts.noScript} ${texts.orCode}` : texts.noScript;
  return (
    <>
      {factors.includes('password') && (
        <Form {...of('password')} username={email} fields={[passwordField(language)]} />
      )}
      {hasApp && <Form {...of('code')} fields={[codeField(language)]} />}
      {hasPasskey && (
        <PasskeyForm
          {...of('passkey')}
          act="get"
          options={secondFactorPasskeyOptions.path}
          answer="passkey"
          without={noScript}
          submit={texts.usePasskey}
          {...(hasApp && { look: 'second' })}
        />
      )}
      {hasCodes && (
        <details open={sent.form === 'recovery_code'}>
          <summary>{lost(texts, hasApp, hasPasskey)}</summary>
          <Form {...of('recovery_code')} fields={[recoveryCodeField(language)]} look="second" />
        </details>
      )}
      {factors.includes('provider') && <ProviderButtons providers={providers} act="signInAnew" next={next} />}
      {factors.length === 0 && <p>{texts.nothing}</p>}
    </>
  );
}

type FormTexts = (typeof pageTexts)[Language]['forms'];

function lost(texts: FormTexts, hasApp: boolean, hasPasskey: boolean): string {
  if (hasApp && hasPasskey) return texts.lostBoth;
  return hasApp ? texts.lostApp : texts.lostPasskey;
}
