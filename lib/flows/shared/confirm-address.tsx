import type { User } from '../../users/user.ts';
import { useTexts } from '../../web/page/reader.tsx';
import { sharedTexts } from './texts/texts.ts';

/** Asks to follow the link of the mail, and offers another one. */
export function ConfirmAddress({ user }: { user: User }) {
  const texts = useTexts(sharedTexts).confirm;
  return (
    <section class="card" aria-labelledby="confirm">
      <h2 id="confirm">{texts.title}</h2>
      <p>{texts.text(user.email)}</p>
      <form method="post" action="/verify-email">
        <button type="submit" class="second">
          {texts.again}
        </button>
      </form>
    </section>
  );
}
