import { secondFactorPath } from '../../web/page/next-path.ts';

/** Says that a sign-in of this browser waits for its second factor: nobody is signed in, and one may go on or leave. */
export function WaitingSignIn({ next }: { next?: string | undefined }) {
  return (
    <section class="notice" aria-labelledby="waiting">
      <h2 id="waiting">Your sign-in is not finished</h2>
      <p>
        It waits for your second factor. <a href={secondFactorPath(next)}>Go on signing in</a>
      </p>
    </section>
  );
}
