import type { ComponentChildren } from 'preact';

/**
 * The input of a password beside a button that shows what is typed, which is hidden until the pages' script knows that it
 * works. A page with a password names that script.
 */
export function ShownPassword(props: { id: string; label: string; children: ComponentChildren }) {
  const { id, label, children } = props;
  return (
    <div class="password">
      {children}
      <button type="button" class="second" hidden aria-pressed="false" aria-controls={id} data-shows={id}>
        Show<span class="hidden"> {label}</span>
      </button>
    </div>
  );
}
