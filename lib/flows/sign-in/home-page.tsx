import type { User } from '../../users/user.ts';
import { useTexts } from '../../web/page/reader.tsx';
import { ConfirmAddress } from '../shared/confirm-address.tsx';
import { WaitingSignIn } from '../shared/waiting-sign-in.tsx';
import { pageTexts } from './texts/texts.ts';

export function Welcome({ waiting }: { waiting: boolean }) {
  const texts = useTexts(pageTexts).welcome;
  return (
    <div class="hero">
      {waiting && <WaitingSignIn />}
      <h1>{texts.heading}</h1>
      <p class="lead">{texts.lead}</p>
      <p class="actions">
        <a class="button" href="/sign-up">
          {texts.signUp}
        </a>
        <a class="button second" href="/sign-in">
          {texts.signIn}
        </a>
      </p>
    </div>
  );
}

export function Home({ user }: { user: User }) {
  const texts = useTexts(pageTexts).home;
  return (
    <>
      <h1>{texts.hello(user.name ?? user.email)}</h1>
      <p class="lead">{user.name ? texts.signedInAs(user.email) : texts.signedIn}</p>
      {!user.emailVerified && <ConfirmAddress user={user} />}
      <ul class="tiles">
        <Tile href="/settings" {...texts.settings} />
        <Tile href="/security" {...texts.security} />
        <Tile href="/devices" {...texts.devices} />
        <Tile href="/activity" {...texts.activity} />
      </ul>
      <form method="post" action="/sign-out">
        <button type="submit" class="second">
          {texts.signOut}
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
