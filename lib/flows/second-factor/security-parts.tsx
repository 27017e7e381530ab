import type { ComponentChildren } from 'preact';
import { Form, untouched } from '../../web/page/form.tsx';

interface PartProps {
  id: string;
  title: string;
  /** How it stands, in a word. */
  tag: readonly [look: 'good' | 'bad' | '', text: string];
  children: ComponentChildren;
}

/** One of the things that somebody can show. */
export function Part({ id, title, tag: [look, text], children }: PartProps) {
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>
        {title} <span class={`tag ${look}`.trim()}>{text}</span>
      </h2>
      {children}
    </section>
  );
}

interface ButtonProps {
  form: string;
  /** Of what it is about, where there are several. */
  of?: { readonly id: string; readonly name: string };
  label: string;
  look?: 'grave' | 'second';
}

/** A form of the page that is nothing but its button. */
export function Button({ form, of, label, look }: ButtonProps) {
  return (
    <Form
      id={form}
      action="/security"
      state={untouched}
      hidden={{ form, id: of?.id }}
      fields={[]}
      submit={label}
      {...(of && { about: of.name })}
      {...(look && { look })}
    />
  );
}
