import type { MailedLink } from './mailed-links.ts';

/** Who is signed in where a link is opened. */
export interface Visitor {
  id: string;
  email: string;
}

interface LinkProps {
  link: MailedLink;
  visitor: Visitor | null;
}

/** Says whose account a link is about, and where somebody else is signed in, that it is not theirs. */
export function WhoseLink({ link, visitor }: LinkProps) {
  return (
    <>
      <p>
        This link is about the account of <strong>{link.account}</strong>.
      </p>
      {visitor && visitor.id !== link.userId && (
        <p>
          You are signed in here as <strong>{visitor.email}</strong>. Nothing of that account changes.
        </p>
      )}
    </>
  );
}

/** The account's address for password managers, which file the new password under it; it is not sent. */
export function AccountName({ address }: { address: string }) {
  return <input type="text" autocomplete="username" value={address} readonly hidden />;
}

/** What the page of a link says once it did its work. */
export interface LinkDone {
  title: string;
  text: string;
  /** True where its form asks for a password, with which one signs in then, and which one may not know. */
  asksPassword?: true;
}

/** What a link has done, for who opens it again or has just used it in somebody else's browser. */
export function DoneLink(props: LinkProps & { done: LinkDone; fault: string | undefined }) {
  const { link, visitor, fault, done } = props;
  const { title, text, asksPassword } = done;
  return (
    <div class="narrow card">
      <h1>{title}</h1>
      <p>{fault ?? text}</p>
      <WhoseLink link={link} visitor={visitor} />
      {visitor === null && (
        <p>
          <a class="button" href="/sign-in">
            Sign in
          </a>
        </p>
      )}
      {visitor?.id === link.userId && (
        <p>
          <a class="button" href="/">
            Continue
          </a>
        </p>
      )}
      {visitor && visitor.id !== link.userId && (
        <form method="post" action="/sign-out">
          <input type="hidden" name="next" value="/sign-in" />
          <button type="submit">Sign out here, and sign in as {link.account}</button>
        </form>
      )}
      {asksPassword && (
        <p class="below">
          Was it not you, or have you forgotten the password? <a href="/forgot-password">Choose a new one</a>
        </p>
      )}
    </div>
  );
}

/** Where a link is unknown, or does nothing any more. */
export function OverLink({
  again,
  fault,
}: {
  again: { href: string; text: string };
  fault: string | undefined;
}) {
  return (
    <div class="narrow card">
      <h1>This link does not work any more</h1>
      <p>{fault ?? 'It is wrong, its time is over, or a newer one or another change has taken its place.'}</p>
      <p>
        <a class="button" href={again.href}>
          {again.text}
        </a>
      </p>
    </div>
  );
}

/** Where an address lacks its token. */
export function NoToken({ again }: { again: { href: string; text: string } }) {
  return (
    <div class="narrow card">
      <h1>This link is not whole</h1>
      <p>Open it from the mail once more, or copy all of it into the address bar.</p>
      <p>
        <a href={again.href}>{again.text}</a>
      </p>
    </div>
  );
}
