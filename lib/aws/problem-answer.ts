import type { Config } from '../base/config.ts';
import type { Problem } from '../base/problem.ts';
import { problemBody } from '../web/answer-problem.ts';
import { securityHeaders } from '../web/security-headers.ts';
import type { AppAnswer } from './events/event-source.ts';

/**
 * Makes the answer to a request that the app did not answer: the problem as the app itself would answer it
 * (RFC 9457), without a cookie, never cached.
 *
 * @param config of the app; undefined where the app is not ours.
 */
export function problemAnswer(
  problem: Problem,
  requestId: string,
  config: Pick<Config, 'publicUrl'> | undefined,
): AppAnswer {
  const headers = {
    ...securityHeaders,
    ...problem.headers,
    'Content-Type': 'application/problem+json; charset=utf-8',
    'X-Request-Id': requestId,
  };
  return {
    status: problem.status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    cookies: [],
    body: Buffer.from(JSON.stringify(problemBody(problem, config))),
  };
}
