interface CheckBoxProps {
  id: string;
  name: string;
  /** What is sent while it is ticked; a form leaves out a box that is not. */
  value: string;
  label: string;
  hint: string;
  isTicked: boolean;
}

/** A box to tick, whose label is as easy to hit as a button. */
export function CheckBox({ id, name, value, label, hint, isTicked }: CheckBoxProps) {
  return (
    <div class="field check">
      <input
        id={id}
        name={name}
        type="checkbox"
        value={value}
        checked={isTicked}
        aria-describedby={`${id}-hint`}
      />
      <label for={id}>{label}</label>
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    </div>
  );
}
