import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { type EventQueue, handOverMs } from '../activity/event-queue.ts';
import type { Config } from '../base/config.ts';
import { createLog, errorFields, type Log } from '../base/log.ts';
import { unavailable } from '../base/problem.ts';
import { type RequestContext, requestContexts, runInRequest } from '../base/request.ts';
import { inFirstSpan } from '../base/trace.ts';
import { within } from '../base/within.ts';
import { toProblem } from '../web/answer-problem.ts';
import { requestFields } from '../web/request-log.ts';
import type { JsonObject } from './events/event.ts';
import type { AppAnswer, EventSource, LambdaResult } from './events/event-source.ts';
import { findEventSource } from './events/find-event-source.ts';
import { asksForHead, readRequest } from './events/read-request.ts';
import { readRequestId } from './events/read-request-id.ts';
import { problemAnswer } from './problem-answer.ts';
import { type App, appRunner } from './run-app.ts';
import { traceHeaders, traceIdOf } from './trace-headers.ts';

export type { LambdaResult } from './events/event-source.ts';
export { type LambdaRequest, lambdaRequest } from './lambda-request.ts';
export type { App } from './run-app.ts';

export type HttpHandlerOptions = {
  /** The app's; with it what is answered for the app points at the same descriptions of problems, and counts as one of its requests. */
  config?: Pick<Config, 'publicUrl'> & Partial<Pick<Config, 'metrics'>>;
  /** Milliseconds after which an app that has not answered is answered for, with 503 (25 000). */
  answerWithinMs?: number;
  /** Gets the line of each request that was refused before the app, or left without an answer by it. */
  log?: Pick<Log, 'warn' | 'error'>;
  /** Is emptied once the app has answered: Lambda runs nothing after the answer has left. */
  eventQueue?: EventQueue | undefined;
};

export type HttpHandler = (event: unknown, context?: Context) => Promise<LambdaResult>;

// Milliseconds of the function's own time-out that are kept for the answer to leave.
const leaveMs = 500;

/**
 * Makes the Lambda handler of an Express app: the same answer for API Gateway REST and HTTP APIs (payload 1.0
 * and 2.0, under a stage or base path too), function URLs and load balancers with and without multi-value
 * headers.
 * What no HTTP request can carry is answered 4xx; an app that does not answer within `answerWithinMs`, or until
 * half a second before Lambda would end the invocation, is answered for with 503.
 * @throws Error (a rejected invocation) for an event that is no HTTP event.
 * @example
 * ```ts
 * import express from 'express';
 * import { httpHandler } from '../lib/aws/http-handler.ts';
 *
 * const app = express();
 * app.get('/hello', (_req, res) => void res.json({ hello: 'world' }));
 *
 * export const handler = httpHandler(app);
 * ```
 */
export function httpHandler(app: App, options: HttpHandlerOptions = {}): HttpHandler {
  const { answerWithinMs = 25_000, log = createLog('INFO'), config, eventQueue } = options;
  const runApp = appRunner(app);
  const newContext = requestContexts();

  async function answer(
    source: EventSource,
    event: JsonObject,
    { known, context }: Invocation,
  ): Promise<AppAnswer> {
    const { requestId } = known;
    let method: string | null = null;
    try {
      const request = readRequest(source, event);
      method = request.method;
      const answering = runApp(request, { requestId, ip: request.ip, event, context });
      const ms = timeLeft(answerWithinMs, context);
      return await within(ms, answering, () => unavailable(new Error(`no answer within ${ms} ms`)));
    } catch (error) {
      const problem = toProblem(error);
      const line = requestFields(known, { method, route: null, status: problem.status }, config?.metrics);
      const fields = { ...line, ...errorFields(problem.cause ?? problem) };
      if (problem.status === 500) log.error('request', fields);
      else log.warn('request', fields);
      const answered = problemAnswer(problem, requestId, config);
      return asksForHead(source, event) ? { ...answered, body: Buffer.alloc(0) } : answered;
    }
  }

  return async function handler(given, context) {
    const { source, event } = findEventSource(given);
    const known = newContext(readRequestId(event, context) ?? randomUUID());
    const headers = traceHeaders(event);
    return runInRequest(known, () =>
      inFirstSpan('request', headers, async (span) => {
        known.traceId = traceIdOf(span, headers);
        const answered = await answer(source, event, { known, context });
        await eventQueue?.handOver(timeLeft(handOverMs, context));
        span.setAttributes(spanAttributes(known, answered));
        return source.answer(answered, event);
      }),
    );
  };
}

type Invocation = { known: RequestContext; context: Context | undefined };

/** By the names of OpenTelemetry's semantic conventions; what is not known is left out. */
function spanAttributes({ exchange }: RequestContext, { status }: AppAnswer) {
  const { method, route } = exchange ?? {};
  return {
    'http.response.status_code': status,
    ...(method && { 'http.request.method': method }),
    ...(route && { 'http.route': route }),
  };
}

function timeLeft(answerWithinMs: number, context: Context | undefined): number {
  const remaining = context?.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(answerWithinMs, remaining - leaveMs));
}
