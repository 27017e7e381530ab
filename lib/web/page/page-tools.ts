import type { Request, Response } from 'express';
import type * as z from 'zod/mini';
import type { ConfigFor } from '../../base/config.ts';
import type { Language } from '../../base/language.ts';
import { Problem } from '../../base/problem.ts';
import type { Operation } from '../operation.ts';
import { readerOn } from '../reader.ts';
import { type Call, type Implemented, implement, goTo as leadTo } from '../router.ts';
import { clearSessionCookie } from '../session/cookie.ts';
import { type FormState, untouched } from './form.tsx';
import { stateAfter } from './form-state.ts';
import type { Translate } from './messages.ts';
import { reauthenticatePath, signInPath } from './next-path.ts';
import { type Notices, setNotice } from './notices.ts';
import { createSendPage, type PageConfig, type PageContent, type SendPage } from './send-page.tsx';
import { formTexts } from './texts/texts.ts';
import { keepTyped, takeTyped } from './typed.ts';

type Schema = z.ZodMiniType | undefined;
type Input<S> = S extends z.ZodMiniType ? z.infer<S> : undefined;

/** What a page is made of: the request, and what its address or its form said. */
export interface Shown {
  req: Request;
  res: Response;
  /** Which the page is written in. */
  language: Language;
  /** The query of a GET, or the fields that a form sent. */
  given: Readonly<Record<string, unknown>>;
  state: FormState;
}

/** Makes a page's content. */
export type Show = (shown: Shown) => PageContent | Promise<PageContent>;

/**
 * How pages are served: the same services and schemas as JSON, another answer. `Notice` names what somebody has the
 * next page tell.
 */
export interface PageTools<in Notice extends string = never> {
  /**
   * Shows a page; who must be signed in for it and is not goes to sign in first, and who must show anew who they are
   * goes to do that first.
   */
  page<Q extends Schema, P extends Schema>(operation: Operation<undefined, Q, P>, show: Show): Implemented;
  /**
   * Does what a form asks for. What is wrong with it is shown on its page, with the problem's status and all that
   * was typed but passwords. Who has to show anew who they are goes to do that, and finds here what was typed.
   *
   * @param admits as of `implement`.
   */
  form<B extends Schema, Q extends Schema, P extends Schema>(
    operation: Operation<B, Q, P>,
    show: Show,
    act: (call: Call<Input<B>, Input<Q>, Input<P>>) => Promise<void>,
    admits?: (req: Request) => Promise<boolean>,
  ): Implemented;
  /** Answers a form with a page of its own, for what can be shown this once. */
  send: SendPage;
  /** Answers 303, and has the page that comes next tell something. */
  goTo(res: Response, path: string, notice?: Notice): void;
}

/** What pages say that none of them says itself. */
export interface PageWords {
  notices: Notices;
  translate: Translate;
}

export function createPageTools(
  config: ConfigFor<'http'> & PageConfig,
  { notices, translate }: PageWords,
): PageTools<string> {
  const sendPage = createSendPage(config, notices);

  function goTo(res: Response, path: string, notice?: string): void {
    if (notice) setNotice(res, notice, config);
    leadTo(res, path);
  }

  /** Answers what is for people to put right, and lets everything else go on to the error pages. */
  async function answer(error: unknown, req: Request, res: Response, show: Show | undefined): Promise<void> {
    if (!(error instanceof Problem)) throw error;
    const { language } = readerOn(req);
    const stateWith = (body: unknown) => stateAfter(body, error, translate, language);
    if (error.code === 'not_signed_in') {
      if (error.clearCookie) clearSessionCookie(res, config);
      return goTo(res, signInPath(req.method === 'POST' ? req.path : req.originalUrl));
    }
    if (error.code === 'reauthentication_needed') {
      keepTyped(res, req.path, stateWith(req.body).values, config);
      return goTo(res, reauthenticatePath(req.method === 'POST' ? req.path : req.originalUrl));
    }
    // A page of a session that has ended cannot be shown again.
    if (!show || error.status >= 500 || error.clearCookie) throw error;
    const given = (req.body ?? {}) as Record<string, unknown>;
    const content = await show({ req, res, language, given, state: stateWith(given) });
    res.status(error.status).set(error.headers);
    sendPage(req, res, { ...content, title: formTexts[language].error(content.title) });
  }

  function answering(implemented: Implemented, show?: Show): Implemented {
    return {
      operation: implemented.operation,
      handler: async function handlePage(req, res, next) {
        try {
          await implemented.handler(req, res, next);
        } catch (error) {
          // The page itself may be for who is signed in, and nobody is.
          await answer(error, req, res, show).catch((again) => answer(again, req, res, undefined));
        }
      },
    };
  }

  return {
    page: (operation, show) =>
      answering(
        implement(operation, async ({ query, req, res }) => {
          const typed = takeTyped(req, res, config);
          const given = { ...(query ?? {}), ...typed };
          const state = typed ? { ...untouched, values: typed } : untouched;
          sendPage(req, res, await show({ req, res, language: readerOn(req).language, given, state }));
        }),
      ),
    form: (operation, show, act, admits) => answering(implement(operation, act, admits), show),
    send: sendPage,
    goTo,
  };
}

/** A field's text, or undefined where there is none. */
export function textOf(given: Shown['given'], name: string): string | undefined {
  const value = given[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
