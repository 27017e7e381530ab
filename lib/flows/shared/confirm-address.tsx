import type { User } from '../../users/user.ts';

/** Asks to follow the link of the mail, and offers another one. */
export function ConfirmAddress({ user }: { user: User }) {
  return (
    <section class="card" aria-labelledby="confirm">
      <h2 id="confirm">Confirm your e-mail address</h2>
      <p>
        We have sent a mail to {user.email}. Follow its link, so that you can get back in if you forget your
        password.
      </p>
      <form method="post" action="/verify-email">
        <button type="submit" class="second">
          Send the mail again
        </button>
      </form>
    </section>
  );
}
