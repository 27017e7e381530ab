import type { ComponentChildren } from 'preact';
import { useTexts } from './reader.tsx';
import { formTexts } from './texts/texts.ts';

/**
 * The input of a password beside a button that shows what is typed, which is hidden until the pages' script knows that it
 * works. A page with a password names that script.
 */
export function ShownPassword(props: { id: string; label: string; children: ComponentChildren }) {
  const { id, label, children } = props;
  const texts = useTexts(formTexts);
  return (
    <div class="password">
      {children}
      <button type="button" class="second" hidden aria-pressed="false" aria-controls={id} data-shows={id}>
        {texts.show}
        <span class="hidden"> {label}</span>
      </button>
    </div>
  );
}
