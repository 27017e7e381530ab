import type { ComponentChildren } from 'preact';
import type { Reader } from '../../base/language.ts';
import { brand } from './brand.ts';
import type { PageScript } from './page-script.ts';
import { ReadBy, useTexts } from './reader.tsx';
import { styles } from './styles.ts';
import { frameTexts } from './texts/texts.ts';

/** What stands around a page's own content. */
export interface Frame {
  /** What the service calls itself. */
  site: string;
  /** Whom the page is written for. */
  reader: Reader;
  /** Of the page that is shown; its link is marked as the current one. */
  path: string;
  /** Which links to offer; none where it is not known who asks. */
  visitor: 'signed-in' | 'anonymous' | 'unknown';
  /** Whether to lead to what administrators do. */
  administers: boolean;
  /** Told once, after a redirect. */
  notice?: string | undefined;
  /** Whether mails are kept instead of sent, and a page shows them. */
  hasOutbox: boolean;
}

export interface PageProps {
  title: string;
  frame: Frame;
  script?: PageScript | undefined;
  children: ComponentChildren;
}

/** A whole page: the same head, bar and foot around each. */
export function Page(props: PageProps) {
  return (
    <ReadBy value={props.frame.reader}>
      <Document {...props} />
    </ReadBy>
  );
}

function Document({ title, frame, script, children }: PageProps) {
  const texts = useTexts(frameTexts);
  return (
    <html lang={frame.reader.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · ${frame.site}`}</title>
        <link rel="icon" href={icon} />
        {/* Ours and constant: a style sheet that was escaped would not be one. */}
        <style dangerouslySetInnerHTML={{ __html: styles }} />
        {script && <script src={script.path} integrity={script.integrity} defer />}
      </head>
      <body>
        <a class="skip" href="#main">
          {texts.skip}
        </a>
        <header class="bar">
          <div>
            <a class="brand" href="/">
              <Logo />
              {frame.site}
            </a>
            <Links frame={frame} />
          </div>
        </header>
        <main id="main" tabIndex={-1}>
          {frame.notice && (
            <div class="notice middle" role="status">
              <p>{frame.notice}</p>
            </div>
          )}
          {children}
        </main>
        <footer>
          <div>
            <span>{frame.site}</span>
            <a href="/docs">{texts.developers}</a>
            {frame.hasOutbox && <a href="/dev/outbox">{texts.outbox}</a>}
          </div>
        </footer>
      </body>
    </html>
  );
}

function Links({ frame: { path, visitor, administers } }: { frame: Frame }) {
  const texts = useTexts(frameTexts);
  const link = (href: string, text: string) => (
    <li>
      <a href={href} aria-current={path === href ? 'page' : undefined}>
        {text}
      </a>
    </li>
  );
  if (visitor === 'unknown') return null;
  if (visitor === 'anonymous')
    return (
      <nav aria-label={texts.account}>
        <ul>
          {link('/sign-in', texts.signIn)}
          {link('/sign-up', texts.signUp)}
        </ul>
      </nav>
    );
  return (
    <nav aria-label={texts.account}>
      <ul>
        {link('/settings', texts.settings)}
        {link('/devices', texts.devices)}
        {link('/activity', texts.activity)}
        {administers && link('/admin', texts.administration)}
        <li>
          <form method="post" action="/sign-out">
            <button type="submit" class="plain">
              {texts.signOut}
            </button>
          </form>
        </li>
      </ul>
    </nav>
  );
}

/** The name stands beside it, so that it says nothing to who has pages read aloud. */
function Logo() {
  if (brand.logo?.startsWith('data:'))
    return (
      <span class="logo">
        <img src={brand.logo} alt="" />
      </span>
    );
  // Of our own source: what was escaped would be no picture.
  if (brand.logo !== null)
    return <span class="logo" aria-hidden="true" dangerouslySetInnerHTML={{ __html: brand.logo }} />;
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <rect x="1.5" y="1.5" width="21" height="21" rx="6.5" fill="currentColor" opacity=".16" />
      <circle cx="12" cy="9.6" r="3.1" stroke="currentColor" stroke-width="2" />
      <path d="M12 12.7v5.1M12 15.4h2.7" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
    </svg>
  );
}

const icon = `data:image/svg+xml,${encodeURIComponent(
  brand.logo ??
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="7" fill="${brand.accent.light}"/><g stroke="${brand.onAccent.light}" stroke-width="2.2" fill="none" stroke-linecap="round"><circle cx="12" cy="8.6" r="3.2"/><path d="M12 11.8v6M12 15h3"/></g></svg>`,
)}`;
