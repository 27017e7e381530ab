import type { ProviderSettings } from '../../base/provider-settings.ts';
import { type FieldProps, Form, type FormState, untouched } from '../../web/page/form.tsx';
import type { WouldDo } from '../shared/fresh.ts';
import { PasskeyForm } from '../shared/passkey-form.tsx';
import { ProviderButtons } from '../shared/provider-buttons.tsx';
import { secondFactorPasskeyOptions } from './operations.ts';

export const codeField: FieldProps = {
  name: 'code',
  label: 'Code',
  type: 'text',
  autocomplete: 'one-time-code',
  inputMode: 'numeric',
  hint: 'The six digits that your authenticator app shows now.',
};

const recoveryCodeField: FieldProps = {
  name: 'recoveryCode',
  label: 'Recovery code',
  type: 'text',
  autocomplete: 'off',
  hint: 'One of the codes that you have kept, such as K7QD-2FXW-M5LP-ZJ3A. Each works once.',
};

const passwordField: FieldProps = {
  name: 'currentPassword',
  label: 'Password',
  type: 'password',
  autocomplete: 'current-password',
};

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
  const of = (form: string) => ({
    id: form.replace('_', '-'),
    action,
    hidden: { form, next },
    state: sent.form === form ? sent.state : untouched,
    submit,
  });
  const [hasApp, hasPasskey] = [factors.includes('totp'), factors.includes('passkey')];
  const hasCodes = factors.includes('recovery_code');
  return (
    <>
      {factors.includes('password') && <Form {...of('password')} username={email} fields={[passwordField]} />}
      {hasApp && <Form {...of('code')} fields={[codeField]} />}
      {hasPasskey && (
        <PasskeyForm
          {...of('passkey')}
          act="get"
          options={secondFactorPasskeyOptions.path}
          answer="passkey"
          without={`Your passkey can be shown by a browser that knows passkeys, with JavaScript switched on.${hasCodes && !hasApp ? ' Without one, use a recovery code.' : ''}`}
          submit="Use a passkey"
          {...(hasApp && { look: 'second' })}
        />
      )}
      {hasCodes && (
        <details open={sent.form === 'recovery_code'}>
          <summary>{lost(hasApp, hasPasskey)}</summary>
          <Form {...of('recovery_code')} fields={[recoveryCodeField]} look="second" />
        </details>
      )}
      {factors.includes('provider') && <ProviderButtons providers={providers} act="signInAnew" next={next} />}
      {factors.length === 0 && <p>There is nothing that you could show here. Sign out, then in again.</p>}
    </>
  );
}

function lost(hasApp: boolean, hasPasskey: boolean): string {
  if (hasApp && hasPasskey) return 'Neither is at hand?';
  return hasApp ? 'Your app is not at hand?' : 'Your passkey is not at hand?';
}
