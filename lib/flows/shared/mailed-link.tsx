import { Filled, useTexts } from '../../web/page/reader.tsx';
import type { MailedLink } from './mailed-links.ts';
import { sharedTexts } from './texts/texts.ts';

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
  const texts = useTexts(sharedTexts).link;
  return (
    <>
      <p>
        <Filled text={texts.about} account={<strong>{link.account}</strong>} />
      </p>
      {visitor && visitor.id !== link.userId && (
        <p>
          <Filled text={texts.other} visitor={<strong>{visitor.email}</strong>} />
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
  const texts = useTexts(sharedTexts).link;
  return (
    <div class="narrow card">
      <h1>{title}</h1>
      <p>{fault ?? text}</p>
      <WhoseLink link={link} visitor={visitor} />
      {visitor === null && (
        <p>
          <a class="button" href="/sign-in">
            {texts.signIn}
          </a>
        </p>
      )}
      {visitor?.id === link.userId && (
        <p>
          <a class="button" href="/">
            {texts.proceed}
          </a>
        </p>
      )}
      {visitor && visitor.id !== link.userId && (
        <form method="post" action="/sign-out">
          <input type="hidden" name="next" value="/sign-in" />
          <button type="submit">{texts.signOut(link.account)}</button>
        </form>
      )}
      {asksPassword && (
        <p class="below">
          <Filled text={texts.forgotten} again={<a href="/forgot-password">{texts.again}</a>} />
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
  const texts = useTexts(sharedTexts).link;
  return (
    <div class="narrow card">
      <h1>{texts.overTitle}</h1>
      <p>{fault ?? texts.over}</p>
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
  const texts = useTexts(sharedTexts).link;
  return (
    <div class="narrow card">
      <h1>{texts.brokenTitle}</h1>
      <p>{texts.broken}</p>
      <p>
        <a href={again.href}>{again.text}</a>
      </p>
    </div>
  );
}
