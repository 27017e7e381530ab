import type { ComponentChildren } from 'preact';
import { longestAddress } from '../../users/email.ts';
import { ErrorSummary, fieldId, told } from './error-summary.tsx';
import type { FieldProps, FormState } from './form-parts.ts';
import { useTexts } from './reader.tsx';
import { ShownPassword } from './shown-password.tsx';
import { formTexts } from './texts/texts.ts';

export { type FieldProps, type FormState, untouched } from './form-parts.ts';

interface FormProps {
  action: string;
  /** Comes before the fields' ids, where a page has several forms. */
  id: string;
  state: FormState;
  fields: readonly FieldProps[];
  /** Sent along unseen. */
  hidden?: Readonly<Record<string, string | undefined>>;
  /** Whose passwords its fields take, where no field says so: see {@link Username}. */
  username?: string | undefined;
  submit: string;
  /** What the button is about, where several say the same; read aloud alone. */
  about?: string;
  /** Of the button. */
  look?: 'grave' | 'second';
  children?: ComponentChildren;
}

/** A form with its labels, hints and errors, which works without any script. */
export function Form(props: FormProps) {
  const { action, id, state, fields, hidden = {}, username, submit, about, look, children } = props;
  return (
    <form method="post" action={action}>
      <ErrorSummary id={id} state={state} fields={fields} />
      <HiddenFields values={hidden} />
      {username !== undefined && <Username formId={id} address={username} />}
      {fields.map((field) => (
        <Field key={field.name} formId={id} state={state} {...field} />
      ))}
      {children}
      <button
        type="submit"
        class={[look, fields.length > 0 && !look ? 'wide' : undefined].filter(Boolean).join(' ')}
      >
        {submit}
        {about !== undefined && <span class="hidden"> {about}</span>}
      </button>
    </form>
  );
}

/** What a form sends beside what is typed; of what is undefined, nothing. */
export function HiddenFields({ values }: { values: Readonly<Record<string, string | undefined>> }) {
  return (
    <>
      {Object.entries(values).map(([name, value]) =>
        value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />,
      )}
    </>
  );
}

/**
 * Tells a password manager whose password the form is about, so that a new one replaces the old one. Managers look
 * for a field before the passwords, seen or not (https://www.chromium.org/developers/design-documents/form-styles-that-chromium-understands/);
 * without a name it is not sent.
 */
function Username({ formId, address }: { formId: string; address: string }) {
  return (
    <input
      id={fieldId(formId, 'username')}
      type="email"
      autocomplete="username"
      value={address}
      readOnly
      hidden
    />
  );
}

/** A field with its label, hint and error. */
export function Field(props: FieldProps & { formId: string; state: FormState }) {
  const { formId, state, name, label, type, autocomplete, hint, optional = false, initial } = props;
  const { maxLength = type === 'email' ? longestAddress : undefined, inputMode } = props;
  const texts = useTexts(formTexts);
  const isProse = autocomplete === 'name';
  const id = fieldId(formId, name);
  const error = state.errors.find(({ path }) => path === name)?.message;
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  const input = (
    <input
      id={id}
      name={name}
      type={type}
      autocomplete={autocomplete}
      inputMode={inputMode}
      autocapitalize={isProse ? undefined : 'none'}
      spellcheck={isProse ? undefined : false}
      value={type === 'password' ? undefined : (state.values[name] ?? initial)}
      required={!optional}
      maxLength={maxLength}
      aria-invalid={error ? 'true' : undefined}
      aria-describedby={describedBy || undefined}
    />
  );
  return (
    <div class="field">
      <label for={id}>
        {label}
        {optional && <span class="optional"> {texts.optional}</span>}
      </label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="fault" id={`${id}-error`}>
          {told(label, error)}
        </p>
      )}
      {type === 'password' ? (
        <ShownPassword id={id} label={label}>
          {input}
        </ShownPassword>
      ) : (
        input
      )}
    </div>
  );
}
