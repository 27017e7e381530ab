import type { Request } from 'express';
import type { ComponentChildren } from 'preact';
import type { Problem } from '../../base/problem.ts';
import { currentRequest } from '../../base/request.ts';
import type { AnswerProblem } from '../answer-problem.ts';
import { createSendPage, type PageConfig } from './send-page.tsx';

/** Answers problems as pages to whoever prefers HTML, and leaves all others to JSON. */
export function errorPages(config: PageConfig): AnswerProblem {
  const sendPage = createSendPage(config);
  return function answerErrorPage(problem, req, res) {
    res.vary('Accept');
    const preferred = req.accepts(['application/problem+json', 'application/json', 'text/html']);
    if (preferred !== 'text/html') return false;
    const deletesCookies = problem.code === 'headers_too_large' && asksToDeleteCookies(req);
    if (deletesCookies) res.set('Clear-Site-Data', '"cookies"');
    const main = <ErrorPage problem={problem}>{wayOnFrom(problem, deletesCookies)}</ErrorPage>;
    sendPage(req, res, { title: problem.title, main, isError: true });
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

function wayOnFrom({ code }: Problem, deletesCookies: boolean) {
  if (code !== 'headers_too_large') return null;
  const byHand =
    'in the settings of your browser, among privacy or site data: look for the name of this site, and delete its cookies.';
  if (deletesCookies)
    return (
      <p>Your browser has been asked to delete them. If this page comes back, do it by hand, {byHand}</p>
    );
  return (
    <>
      <p>
        Your browser sends more cookies than can be read, most of them from other pages of this domain. Delete
        them here, or by hand, {byHand} You are signed out then.
      </p>
      <form method="post" action="/sign-out">
        <button type="submit">Delete the cookies of this site</button>
      </form>
    </>
  );
}

function ErrorPage({ problem, children }: { problem: Problem; children: ComponentChildren }) {
  const { status, title, message } = problem;
  return (
    <div class="middle card">
      <p class="quiet">Error {status}</p>
      <h1>{title}</h1>
      <p class="lead">{message}</p>
      {children}
      <p class="quiet">
        If you ask for help, name this request: <code>{currentRequest()?.requestId}</code>
      </p>
      <p class="actions">
        <a class="button" href="/">
          Go to the start page
        </a>
        {status === 401 && (
          <a class="button second" href="/sign-in">
            Sign in
          </a>
        )}
      </p>
    </div>
  );
}
