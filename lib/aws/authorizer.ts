import type { Context } from 'aws-lambda';
import type { Config } from '../base/config.ts';
import { errorFields, type Log } from '../base/log.ts';
import { spentFields, withMetrics } from '../base/metrics.ts';
import { originHeader } from '../base/origin-secret.ts';
import { type RequestContext, requestContexts, runInRequest } from '../base/request.ts';
import { inFirstSpan } from '../base/trace.ts';
import { within } from '../base/within.ts';
import { isObject, type JsonObject, textAt } from './events/event.ts';
import { joinHeaders, listHeaders } from './events/read-headers.ts';
import { readRequestId } from './events/read-request-id.ts';
import { traceHeaders, traceIdOf } from './trace-headers.ts';

/** Who calls, as the protected function finds it; API Gateway passes on nothing but strings safely. */
export type AuthorizerContext = Record<
  'userId' | 'sessionId' | 'emailVerified' | 'authenticatedAt' | 'assurance' | 'roles',
  string
>;

/** HTTP API, payload 2.0 with simple responses. */
export interface SimpleAnswer {
  isAuthorized: boolean;
  context?: AuthorizerContext;
}

/** HTTP API payload 1.0, and REST. */
export interface PolicyAnswer {
  principalId: string;
  policyDocument: {
    Version: '2012-10-17';
    Statement: { Action: 'execute-api:Invoke'; Effect: 'Allow' | 'Deny'; Resource: string }[];
  };
  context?: AuthorizerContext;
}

export type AuthorizerAnswer = SimpleAnswer | PolicyAnswer | (SimpleAnswer & PolicyAnswer);

export interface AuthorizerOptions {
  /** Whose live session a request shows, or null; where the gateway keeps answers, by what `keyedBy` holds alone. */
  readSession: (
    headers: { cookie?: string | undefined; authorization?: string | undefined },
    keyedBy?: string,
  ) => Promise<{
    userId: string;
    sessionId: string;
    emailVerified: boolean;
    authenticatedAt: Date;
    assurance: 1 | 2;
    roles: readonly string[];
  } | null>;
  /** Whether a request came by the CDN in front, by what it shows in `X-Origin-Verify`; everybody's does unless told. */
  cameByCdn?: (shown: unknown) => boolean;
  log: Log;
  /** Of the same function; with its metrics a question counts as a request that is answered 200, 401, or 503. */
  config?: Partial<Pick<Config, 'metrics'>>;
  /** Milliseconds after which a question that nobody has answered is answered with no (4500). */
  answerWithinMs?: number;
}

/**
 * Makes the Lambda handler of a REQUEST authorizer: HTTP API payload 2.0 with simple responses, HTTP API payload
 * 1.0 and REST with an IAM policy.
 *
 * It never throws: what it cannot verify in time (no cookie or token, not by the CDN in front, no database, no event that it knows) it denies.
 *
 * @example
 * ```ts
 * import { authorizerHandler } from '../lib/aws/authorizer.ts';
 * import { createCore } from '../lib/functions/core.ts';
 * import { readConfig } from '../lib/store/read-config.ts';
 * import { createSessionReader } from '../lib/web/session/read-session.ts';
 *
 * const core = createCore(readConfig(process.env, 'database', 'sessions'));
 *
 * const readSession = createSessionReader({ ...core, records: core.store.sessions });
 *
 * export const handler = authorizerHandler({ log: core.log, readSession });
 * ```
 */
export function authorizerHandler(options: AuthorizerOptions) {
  const { readSession, log, config, cameByCdn = () => true, answerWithinMs = 4500 } = options;
  const newContext = requestContexts();

  async function verify(event: JsonObject): Promise<AuthorizerContext | null> {
    const listed = listHeaders(event);
    const { cookie, authorization, [originHeader]: shownOrigin } = joinHeaders(listed);
    if (!cameByCdn(shownOrigin)) return null;
    // Two would be two answers to whose it is.
    if (listed.filter(([name]) => name === 'authorization').length > 1) return null;
    const shown = { cookie: textOf(cookie), authorization: textOf(authorization) };
    const session = await within(
      answerWithinMs,
      readSession(shown, keyOf(event)),
      () => new Error('no answer in time'),
    );
    return session && toContext(session);
  }

  async function decide(event: JsonObject, requestId: string | undefined, known: RequestContext) {
    let context: AuthorizerContext | null = null;
    let status = 401;
    try {
      context = await verify(event);
      if (context) status = 200;
    } catch (error) {
      status = 503;
      log.warn('authorizer: denied for want of an answer', { requestId, ...errorFields(error) });
    }
    const line = {
      requestId,
      allowed: context !== null,
      ...spentFields(known),
      ...(context ? { userId: context.userId } : {}),
    };
    log.info('authorizer', withMetrics(line, config?.metrics, known, { status }));
    return answerTo(event, context);
  }

  return async function handler(event: unknown, context?: Context): Promise<AuthorizerAnswer> {
    const known = isObject(event) ? event : {};
    const requestId = readRequestId(known, context);
    const request = newContext(requestId ?? '');
    const headers = traceHeaders(known);
    return runInRequest(request, () =>
      inFirstSpan('authorizer', headers, (span) => {
        request.traceId = traceIdOf(span, headers);
        return decide(known, requestId, request);
      }),
    );
  };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

/**
 * What a gateway would keep the answer for: the identity sources of an HTTP API's authorizer, where it has some. What
 * they do not hold differs between callers who would be given the same answer.
 */
function keyOf({ identitySource }: JsonObject): string | undefined {
  const sources = [identitySource].flat().filter((source) => typeof source === 'string' && source !== '');
  return sources.length > 0 ? sources.join('\n') : undefined;
}

function toContext(session: NonNullable<Awaited<ReturnType<AuthorizerOptions['readSession']>>>) {
  const { userId, sessionId, emailVerified, authenticatedAt, assurance, roles } = session;
  return {
    userId,
    sessionId,
    emailVerified: String(emailVerified),
    authenticatedAt: authenticatedAt.toISOString(),
    assurance: String(assurance),
    roles: roles.join(','),
  };
}

/** The answer in the form that the event's sender reads; whoever sent something else is told no in both. */
function answerTo(event: JsonObject, context: AuthorizerContext | null): AuthorizerAnswer {
  if (event.version === '2.0') return simple(context);
  const stage = stageOf(textAt(event, 'methodArn'));
  if (stage !== undefined) return policy(stage, context);
  return { ...simple(null), ...policy('*', null) };
}

function simple(context: AuthorizerContext | null): SimpleAnswer {
  return context ? { isAuthorized: true, context } : { isAuthorized: false };
}

function policy(resource: string, context: AuthorizerContext | null): PolicyAnswer {
  return {
    principalId: context?.userId ?? 'nobody',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: context ? 'Allow' : 'Deny', Resource: resource }],
    },
    ...(context ? { context } : {}),
  };
}

/**
 * Every method of the API's stage that was called. The answer is the same for all of them, and a gateway that
 * caches it holds it against the next call of the same caller, whatever that one asks for: a policy for the one
 * method alone would refuse it.
 */
function stageOf(methodArn: string | undefined): string | undefined {
  const stage = methodArn?.match(/^arn:[\w-]+:execute-api:[\w-]*:[\w-]*:[\w-]+\/[^/*?\s]+(?=\/)/)?.[0];
  return stage && `${stage}/*/*`;
}
