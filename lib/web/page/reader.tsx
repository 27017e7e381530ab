import { type ComponentChildren, createContext, Fragment } from 'preact';
import { useContext } from 'preact/hooks';
import { type Reader, readerOf, type Texts } from '../../base/language.ts';

const context = createContext<Reader>(readerOf());

/** Around a page: says whom it is written for. */
export const ReadBy = context.Provider;

/** Whom the page is written for. */
export function useReader(): Reader {
  return useContext(context);
}

/** The texts in the reader's language. */
export function useTexts<T>(texts: Texts<T>): T {
  return texts[useReader().language];
}

/** A text with other elements in it, where it names them: `This link is about {account}.` */
export function Filled({ text, ...parts }: { text: string } & Readonly<Record<string, ComponentChildren>>) {
  return (
    <>
      {text.split(/\{(\w+)\}/).map((piece, at) => (
        <Fragment key={piece + at}>{at % 2 === 1 ? parts[piece] : piece}</Fragment>
      ))}
    </>
  );
}
