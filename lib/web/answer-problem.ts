import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Config, ConfigFor } from '../base/config.ts';
import { errorFields, type Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { currentRequest } from '../base/request.ts';
import { bearerOf } from './session/bearer.ts';
import { clearSessionCookie } from './session/cookie.ts';

/**
 * Body of a problem answer (RFC 9457); `code` is stable, `type` points at its description.
 *
 * @param config undefined for an app that is not ours: it has no page that describes problems, so that its `type`
 *   says nothing beyond the status (RFC 9457, 4.2.1).
 */
export function problemBody(
  problem: Problem,
  config: Pick<Config, 'publicUrl'> | undefined,
): Record<string, unknown> {
  const described = config
    ? { type: `${config.publicUrl}/docs#${problem.code}`, title: problem.title }
    : { type: 'about:blank', title: STATUS_CODES[problem.status] };
  return {
    ...described,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    requestId: currentRequest()?.requestId ?? '',
    ...(problem.errors ? { errors: problem.errors } : {}),
  };
}

/**
 * Any error as the problem that it is to the caller. What is not a {@link Problem} and not the caller's fault is
 * 500 `internal`, which says nothing of the cause.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (status === 413 || type === 'entity.too.large')
    return new Problem('body_too_large', 'The body is larger than 16 KiB.', { cause: error });
  if (status === 415)
    return new Problem('unsupported_media_type', 'Send JSON in UTF-8, not compressed.', {
      cause: error,
    });
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Problem('malformed_body', 'The request cannot be read. Check its body and its address.', {
      cause: error,
    });
  return new Problem('internal', 'Something went wrong on our side. Try again later.', { cause: error });
}

/** Answers a problem, whose status and headers are set already; false where the caller prefers JSON. */
export type AnswerProblem = (problem: Problem, req: Request, res: Response) => boolean;

interface ProblemHandlerOptions {
  config: ConfigFor<'http'>;
  log: Log;
  answerInstead?: AnswerProblem | undefined;
}

/** Turns every error into its answer, in one place; the cause of a 5xx goes to the log and nowhere else. */
export function problemHandler({ config, log, answerInstead }: ProblemHandlerOptions): ErrorRequestHandler {
  return function answerProblem(error, req: Request, res: Response, _next) {
    if (res.headersSent) {
      log.error('request failed after its answer', {
        requestId: currentRequest()?.requestId,
        ...errorFields(error),
      });
      // A whole answer stays; one that has begun is cut off: a second one behind its beginning would be a mix.
      if (!res.writableEnded) res.destroy(error instanceof Error ? error : undefined);
      return;
    }
    const problem = toProblem(error);
    if (problem.status >= 500) {
      const fields = { requestId: currentRequest()?.requestId, ...errorFields(problem.cause ?? problem) };
      if (problem.status === 503) log.warn(`request failed: ${problem.code}`, fields);
      else log.error('request failed: internal', fields);
    }
    // An answer of an outage carries no cookie, and neither does any that ends in an error.
    Reflect.deleteProperty(req, 'session');
    for (const name of res.getHeaderNames()) if (isOfTheRoute(name)) res.removeHeader(name);
    res.statusMessage = '';
    if (problem.clearCookie) clearSessionCookie(res, config);
    if (problem.status === 401 && bearerOf(req)) res.set('WWW-Authenticate', challengeFor(problem));
    res.status(problem.status).set(problem.headers).set('Cache-Control', 'no-store');
    if (answerInstead?.(problem, req, res)) return;
    res.type('application/problem+json').send(JSON.stringify(problemBody(problem, config)));
  };
}

/** What a client of bearers is told beside (RFC 6750, 3): whether the token is to blame. */
function challengeFor({ code }: Problem): string {
  return code === 'not_signed_in' ? 'Bearer error="invalid_token"' : 'Bearer';
}

/** Cookies, and what describes the body that did not come: left on, they would make a problem unreadable. */
function isOfTheRoute(name: string): boolean {
  const describesBody = name.startsWith('content-') && name !== 'content-security-policy';
  return (
    describesBody || ['set-cookie', 'etag', 'last-modified', 'transfer-encoding', 'trailer'].includes(name)
  );
}
