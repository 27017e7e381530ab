import type { Config } from '../config.ts';
import type { AnswerProblem } from '../http/problem.ts';
import { type Problem, problemTitles } from '../problem.ts';
import { currentRequest } from '../request-context.ts';
import { createSendPage } from './send-page.tsx';

/** Answers problems as pages to whoever prefers HTML, and leaves all others to JSON. */
export function errorPages(config: Pick<Config, 'publicUrl' | 'deployed'>): AnswerProblem {
  const sendPage = createSendPage(config);
  return function answerErrorPage(problem, req, res) {
    res.vary('Accept');
    const preferred = req.accepts(['application/problem+json', 'application/json', 'text/html']);
    if (preferred !== 'text/html') return false;
    const title = problemTitles[problem.code];
    sendPage(req, res, { title, main: <ErrorPage problem={problem} />, isError: true });
    return true;
  };
}

function ErrorPage({ problem }: { problem: Problem }) {
  const { status, code, message } = problem;
  return (
    <div class="middle card">
      <p class="quiet">Error {status}</p>
      <h1>{problemTitles[code]}</h1>
      <p class="lead">{message}</p>
      <p class="quiet">
        If you ask for help, name this request: <code>{currentRequest()?.requestId}</code>
      </p>
      <p class="actions">
        <a class="button" href="/">
          Go to the start page
        </a>
        {code === 'not_signed_in' && (
          <a class="button second" href="/sign-in">
            Sign in
          </a>
        )}
      </p>
    </div>
  );
}
