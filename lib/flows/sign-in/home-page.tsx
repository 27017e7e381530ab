import type { User } from '../../users/user.ts';
import { ConfirmAddress } from '../shared/confirm-address.tsx';
import { WaitingSignIn } from '../shared/waiting-sign-in.tsx';

export function Welcome({ waiting }: { waiting: boolean }) {
  return (
    <div class="hero">
      {waiting && <WaitingSignIn />}
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
        <Tile href="/security" title="Security" text="Passkeys, a second factor, and recovery codes." />
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
