import { secondFactorPath } from '../../web/page/next-path.ts';
import { Filled, useTexts } from '../../web/page/reader.tsx';
import { sharedTexts } from './texts/texts.ts';

/** Says that a sign-in of this browser waits for its second factor: nobody is signed in, and one may go on or leave. */
export function WaitingSignIn({ next }: { next?: string | undefined }) {
  const texts = useTexts(sharedTexts).waiting;
  return (
    <section class="notice" aria-labelledby="waiting">
      <h2 id="waiting">{texts.title}</h2>
      <p>
        <Filled text={texts.text} on={<a href={secondFactorPath(next)}>{texts.on}</a>} />
      </p>
    </section>
  );
}
