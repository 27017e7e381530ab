import type { User } from '../../users/user.ts';

export function Welcome() {
  return (
    <div class="hero">
      <h1>Your account, in your hands</h1>
      <p class="lead">
        Create an account or sign in. You see every device that is signed in and end any of them at once,
        wherever it is.
      </p>
      <p class="actions">
        <a class="button" href="/sign-up">
          Create account
        </a>
        <a class="button second" href="/sign-in">
          Sign in
        </a>
      </p>
    </div>
  );
}

export function Home({ user }: { user: User }) {
  return (
    <>
      <h1>Hello, {user.name ?? user.email}</h1>
      <p class="lead">{user.name ? `You are signed in as ${user.email}.` : 'You are signed in.'}</p>
      {!user.emailVerified && <ConfirmAddress user={user} />}
      <ul class="tiles">
        <Tile href="/settings" title="Settings" text="Your name, e-mail address and password." />
        <Tile href="/devices" title="Devices" text="Where you are signed in, and how to end it." />
        <Tile href="/activity" title="Activity" text="What has happened on your account." />
      </ul>
      <form method="post" action="/sign-out">
        <button type="submit" class="second">
          Sign out
        </button>
      </form>
    </>
  );
}

function Tile({ href, title, text }: { href: string; title: string; text: string }) {
  return (
    <li>
      <div class="card">
        <h2>
          <a href={href}>{title}</a>
        </h2>
        <p class="quiet">{text}</p>
      </div>
    </li>
  );
}

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
