import type { FieldProps, FormState } from './form-parts.ts';
import { useTexts } from './reader.tsx';
import { formTexts } from './texts/texts.ts';

interface ErrorSummaryProps {
  /** The form's. */
  id: string;
  state: FormState;
  fields: readonly FieldProps[];
}

/** Says at the top what is wrong, with a link to each field; it has the focus when the page comes back. */
export function ErrorSummary({ id, state, fields }: ErrorSummaryProps) {
  const texts = useTexts(formTexts);
  const { errors, fault } = state;
  if (errors.length === 0 && fault === undefined) return null;
  const labelOf = (path: string) => fields.find(({ name }) => name === path)?.label;
  return (
    <div
      class="notice bad"
      role="alert"
      tabIndex={-1}
      // biome-ignore lint/a11y/noAutofocus: the page came back because of this, and it is what to read first.
      autoFocus
      aria-labelledby={`${id}-problem`}
    >
      <h2 id={`${id}-problem`}>{fault ?? texts.problem}</h2>
      {errors.length > 0 && (
        <ul>
          {errors.map(({ path, message }) => {
            const label = labelOf(path);
            return (
              <li key={path + message}>
                {label ? (
                  <a href={`#${fieldId(id, path)}`}>{told(label, message)}</a>
                ) : (
                  capitalized(told(path, message))
                )}
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

/** The id of a form's field. */
export function fieldId(formId: string, name: string): string {
  return `${formId}-${name}`;
}

/** As a sentence begins. */
function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The API says "must be …" of a field; a whole sentence of its own is left as it is. */
export function told(field: string, message: string): string {
  const whole = /^\p{Lu}/u.test(message) ? message : `${field} ${message}`.trim();
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
