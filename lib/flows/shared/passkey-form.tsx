import { ErrorSummary } from '../../web/page/error-summary.tsx';
import { Field, type FieldProps, type FormState, HiddenFields } from '../../web/page/form.tsx';
import { useTexts } from '../../web/page/reader.tsx';
import { sharedTexts } from './texts/texts.ts';

interface PasskeyFormProps {
  id: string;
  action: string;
  state: FormState;
  /** What the browser is to do. */
  act: 'get' | 'create';
  /** The route that says what the browser is asked. */
  options: string;
  /** The field that takes what the browser answers. */
  answer: 'passkey' | 'credential';
  hidden: Readonly<Record<string, string | undefined>>;
  fields?: readonly FieldProps[];
  /** A box of another form, whose value is sent along where it is ticked. */
  box?: { readonly id: string; readonly name: string; readonly value: string };
  /** True where passkeys are offered while the address is typed, too. */
  autofill?: boolean;
  /** What to do where the browser has no passkeys, or no JavaScript. */
  without?: string;
  submit: string;
  look?: 'second';
}

/** A form that a browser answers by a passkey. It is hidden until the script, `usePasskeys`, knows that it can. */
export function PasskeyForm(props: PasskeyFormProps) {
  const {
    id,
    action,
    state,
    act,
    options,
    answer,
    hidden,
    fields = [],
    box,
    autofill,
    without,
    submit,
    look,
  } = props;
  const { script } = useTexts(sharedTexts);
  return (
    <>
      {/* Outside of what is hidden, so that it is read in any case. */}
      <ErrorSummary id={id} state={state} fields={fields} />
      {without && (
        <p class="quiet" data-without-passkeys="">
          {without}
        </p>
      )}
      <form
        method="post"
        action={action}
        class="apart"
        hidden
        data-passkey={act}
        data-options={options}
        data-words={JSON.stringify(script)}
        data-autofill={autofill ? '' : undefined}
      >
        <HiddenFields values={hidden} />
        <input type="hidden" name={answer} data-answer="" />
        {box && <input type="hidden" name={box.name} value={box.value} data-box={box.id} disabled />}
        {fields.map((field) => (
          <Field key={field.name} formId={id} state={state} {...field} />
        ))}
        <p class="fault" aria-live="polite" />
        <button type="submit" class={[look, act === 'get' ? 'wide' : undefined].filter(Boolean).join(' ')}>
          {submit}
        </button>
      </form>
    </>
  );
}
