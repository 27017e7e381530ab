import type { Request } from 'express';
import type { ComponentChildren } from 'preact';
import { currentRequest } from '../../base/request.ts';
import type { AnswerProblem } from '../answer-problem.ts';
import { readerOn } from '../reader.ts';
import { createTranslate, type Translate } from './messages.ts';
import { Filled, useTexts } from './reader.tsx';
import { createSendPage, type PageConfig } from './send-page.tsx';
import { errorTexts, problemTexts } from './texts/texts.ts';

/**
 * Answers problems as pages to whoever prefers HTML, and leaves all others to JSON.
 *
 * @param translate what problems say; those of no subject unless told.
 */
export function errorPages(
  config: PageConfig,
  translate: Translate = createTranslate(problemTexts),
): AnswerProblem {
  const sendPage = createSendPage(config);
  return function answerErrorPage(problem, req, res) {
    res.vary('Accept');
    const preferred = req.accepts(['application/problem+json', 'application/json', 'text/html']);
    if (preferred !== 'text/html') return false;
    const deletesCookies = problem.code === 'headers_too_large' && asksToDeleteCookies(req);
    if (deletesCookies) res.set('Clear-Site-Data', '"cookies"');
    const { language } = readerOn(req);
    const { status } = problem;
    const [title, message] = [problem.title, problem.message].map((text) => translate(text, language));
    const main = (
      <ErrorPage status={status} title={title} message={message}>
        {problem.code === 'headers_too_large' && <CookiesTooLarge isAsked={deletesCookies} />}
      </ErrorPage>
    );
    sendPage(req, res, { title: title ?? problem.title, main, isError: true });
    return true;
  };
}

/**
 * The button of the page that says so. It deletes the cookies of the whole domain, so nothing else does: neither a
 * GET, nor another form that was sent meanwhile, nor a page of another origin, which is refused before this.
 */
function asksToDeleteCookies({ method, path }: Request): boolean {
  return method === 'POST' && path === '/sign-out';
}

function CookiesTooLarge({ isAsked }: { isAsked: boolean }) {
  const texts = useTexts(errorTexts);
  if (isAsked) return <p>{texts.cookiesAsked}</p>;
  return (
    <>
      <p>{texts.cookiesTooMany}</p>
      <form method="post" action="/sign-out">
        <button type="submit">{texts.deleteCookies}</button>
      </form>
    </>
  );
}

interface ErrorPageProps {
  status: number;
  title: string | undefined;
  message: string | undefined;
  children: ComponentChildren;
}

function ErrorPage({ status, title, message, children }: ErrorPageProps) {
  const texts = useTexts(errorTexts);
  return (
    <div class="middle card">
      <p class="quiet">{texts.status(status)}</p>
      <h1>{title}</h1>
      <p class="lead">{message}</p>
      {children}
      <p class="quiet">
        <Filled text={texts.request} id={<code>{currentRequest()?.requestId}</code>} />
      </p>
      <p class="actions">
        <a class="button" href="/">
          {texts.start}
        </a>
        {status === 401 && (
          <a class="button second" href="/sign-in">
            {texts.signIn}
          </a>
        )}
      </p>
    </div>
  );
}
