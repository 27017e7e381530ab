import { STATUS_CODES } from 'node:http';
import type { Config } from '../base/config.ts';
import type { Problem } from '../base/problem.ts';
import { problemBody } from '../web/answer-problem.ts';
import { securityHeaders } from '../web/security-headers.ts';
import type { AppAnswer } from './events/format-result.ts';

/**
 * Makes the answer to a request that the app did not answer: the problem as the app itself would answer it
 * (RFC 9457), without a cookie, never cached.
 *
 * @param config of the app; where the app is not ours there is no page that its `type` could lead to.
 */
export function problemAnswer(
  problem: Problem,
  requestId: string,
  config: Pick<Config, 'publicUrl'> | undefined,
): AppAnswer {
  const { status, code, message: detail } = problem;
  const body = config
    ? problemBody(problem, config)
    : { type: 'about:blank', title: STATUS_CODES[status], status, detail, code, requestId };
  return {
    status,
    headers: lowerCaseNames({
      ...securityHeaders,
      ...problem.headers,
      'Content-Type': 'application/problem+json; charset=utf-8',
      'X-Request-Id': requestId,
    }),
    cookies: [],
    body: Buffer.from(JSON.stringify(body)),
  };
}

function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
