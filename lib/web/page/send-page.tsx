import type { Request, Response } from 'express';
import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Config } from '../../base/config.ts';
import { readerOf } from '../../base/language.ts';
import { readerOn } from '../reader.ts';
import { isAdministrator } from '../session/is-administrator.ts';
import { isStored } from '../session/require-user.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { type Frame, Page } from './layout.tsx';
import { type Notices, takeNotice } from './notices.ts';
import type { PageScript } from './page-script.ts';

export interface PageContent {
  title: string;
  main: ComponentChildren;
  /** What the page cannot do without a script; everything else it does. */
  script?: PageScript | undefined;
  /** True where the address holds a token that no other site may learn of. */
  hasToken?: boolean;
  /** True for an error's page: it carries no cookie, and leaves a notice to the page that comes next. */
  isError?: boolean;
  /** True for a page that shows mails, whose styles stand in their elements. */
  showsMails?: boolean;
  /** True for a page that caches may give to anybody: nothing of it depends on who asks, nor on their cookies. */
  isForAnybody?: boolean;
}

/** What pages ask of the configuration; without `adminSecondFactor` none leads to what administrators do. */
export type PageConfig = Pick<Config, 'publicUrl' | 'appName' | 'deployed'> &
  Partial<Pick<Config, 'adminSecondFactor'>>;

/** Answers with a page, of the status that the answer has. */
export type SendPage = (req: Request, res: Response, content: PageContent) => void;

/**
 * Makes the one function that all pages are sent by: frame, notice and headers are the same for each.
 *
 * @param notices that may be told; without any these pages leave them to others.
 */
export function createSendPage(config: PageConfig, notices: Notices = { en: {}, de: {} }): SendPage {
  const { appName: site, deployed, adminSecondFactor } = config;
  return function sendPage(req, res, content) {
    const { title, main, script, hasToken = false, isError = false, isForAnybody = false } = content;
    const { showsMails = false } = content;
    const reader = isForAnybody ? readerOf() : readerOn(req);
    const notice = isError || isForAnybody ? undefined : takeNotice(req, res, config, notices, reader);
    const visitor = isForAnybody ? 'unknown' : visitorOf(req);
    const knowsOf = visitor === 'signed-in' && adminSecondFactor !== undefined;
    const administers = knowsOf && isAdministrator(req, { adminSecondFactor });
    const frame: Frame = { site, reader, path: req.path, visitor, administers, notice, hasOutbox: !deployed };
    const html = renderToString(
      <Page title={title} frame={frame} script={script}>
        {main}
      </Page>,
    );
    if (!isForAnybody) res.vary('Accept-Language');
    res.set('Content-Language', reader.language);
    res.set('Content-Security-Policy', contentSecurityPolicy(config.publicUrl, { script, showsMails }));
    res.set('Cross-Origin-Opener-Policy', 'same-origin');
    // Without a referrer, browsers that say where a form comes from by Origin alone would say "null".
    res.set('Referrer-Policy', hasToken ? 'no-referrer' : 'same-origin');
    res.type('html').send(`<!doctype html>${html}`);
  };
}

function visitorOf(req: Request): Frame['visitor'] {
  if (!req.session) return 'unknown';
  return req.session.signedIn && isStored(req) ? 'signed-in' : 'anonymous';
}
