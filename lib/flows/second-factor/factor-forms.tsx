import type { FactorName } from '../../users/factors.ts';
import { type FieldProps, Form, type FormState, untouched } from '../../web/page/form.tsx';

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

interface FactorFormsProps {
  action: string;
  next: string | undefined;
  /** What would do. */
  factors: readonly FactorName[];
  submit: string;
  /** The form that was sent, with what is wrong in it. */
  sent: { form: string; state: FormState };
}

/** The forms for each second factor that would do: the usual one, and what stands in for it when that is lost. */
export function FactorForms({ action, next, factors, submit, sent }: FactorFormsProps) {
  const props = (form: string) => ({
    id: form.replace('_', '-'),
    action,
    hidden: { form, next },
    state: sent.form === form ? sent.state : untouched,
    submit,
  });
  const isRecovering = sent.form === 'recovery_code';
  return (
    <>
      <Form {...props('code')} fields={[codeField]} />
      {factors.includes('recovery_code') && (
        <details open={isRecovering}>
          <summary>Your app is not at hand?</summary>
          <Form {...props('recovery_code')} fields={[recoveryCodeField]} look="second" />
        </details>
      )}
    </>
  );
}
