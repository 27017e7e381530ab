import type { Request } from 'express';
import type { ComponentChildren } from 'preact';
import type { Language } from '../../base/language.ts';
import type { TokenKind } from '../../tokens/token-kind.ts';
import type { Users } from '../../users/repository.ts';
import type { FormState } from '../../web/page/form.tsx';
import { type Show, type Shown, textOf } from '../../web/page/page-tools.ts';
import { signedInOn } from '../../web/session/require-user.ts';
import { DoneLink, type LinkDone, OverLink, type Visitor } from './mailed-link.tsx';
import type { MailedLink, MailedLinks } from './mailed-links.ts';
import { passkeyScript } from './passkey-script.ts';

/** A page that mails link to. Opening a link spends nothing: its button does. */
export interface LinkPage {
  path: string;
  /** What it spends. */
  links: readonly TokenKind[];
  /** What it says beside its form. */
  says(language: Language): LinkPageTexts;
}

export interface LinkPageTexts {
  title: string;
  /** Once a link is spent, by the purpose of its kind. */
  done: Readonly<Record<string, LinkDone>>;
  /** Where to go with a link that does not work. */
  again: { href: string; text: string };
}

/** What the page shows while its link is good. */
export interface LinkPageProps {
  state: FormState;
  token: string;
  link: MailedLink;
  /** Who is signed in. */
  visitor: Visitor | null;
}

/** How such pages are served. */
export interface LinkPages {
  /** A page by its link: whose it is, and what it does, did, or does not do any more. */
  show(
    page: LinkPage,
    main: (props: LinkPageProps) => ComponentChildren,
    withoutToken: (shown: Shown) => ComponentChildren,
  ): Show;
  /**
   * What to do once a link has done its work: go on, and be told there; or where somebody else is signed in, to the
   * link's own page, which says what it did and for whom. The other's pages are to tell nothing of it.
   *
   * Ask before the link is spent.
   */
  after(
    page: LinkPage,
    req: Request,
    token: string,
  ): Promise<<N extends string>(next: string, notice: N) => [path: string, notice?: N]>;
}

export interface LinkPagesOptions {
  users: Pick<Users, 'findById'>;
  mailedLinks: MailedLinks;
}

export function createLinkPages({ users, mailedLinks }: LinkPagesOptions): LinkPages {
  async function visitorOn(req: Request): Promise<Visitor | null> {
    const userId = signedInOn(req)?.userId;
    return userId === undefined ? null : users.findById(userId);
  }

  return {
    show:
      ({ says, links }, main, withoutToken) =>
      async (shown) => {
        const { req, given, state, language } = shown;
        const { title, done: doneTexts, again } = says(language);
        const token = textOf(given, 'token');
        const content = (main: ComponentChildren) => ({ title, hasToken: true, main });
        if (token === undefined) return content(withoutToken(shown));
        const link = await mailedLinks.look(token, links);
        const done = link ? doneTexts[link.purpose] : undefined;
        if (!link || !done || link.state === 'over')
          return content(<OverLink again={again} fault={state.fault} />);
        const visitor = await visitorOn(req);
        if (link.state === 'done')
          return content(<DoneLink link={link} done={done} visitor={visitor} fault={state.fault} />);
        const script = done.asksPassword ? passkeyScript : undefined;
        return { ...content(main({ state, token, link, visitor })), script };
      },
    after: async ({ path, links }, req, token) => {
      const userId = signedInOn(req)?.userId;
      const link = userId === undefined ? null : await mailedLinks.look(token, links);
      const isOthers = link !== null && link.userId !== userId;
      return (next, notice) => (isOthers ? [`${path}?token=${encodeURIComponent(token)}`] : [next, notice]);
    },
  };
}
