import type { ComponentChildren } from 'preact';

/** A part of a page, under a heading of its own. */
export function Part(props: { id: string; title: string; grave?: boolean; children: ComponentChildren }) {
  const { id, title, grave, children } = props;
  return (
    <section class={grave ? 'card grave' : 'card'} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}
