import { STATUS_CODES } from 'node:http';
import type { Problem } from '../problem.ts';
import type { AppAnswer } from './format-result.ts';

/** Makes the answer (RFC 9457, without a cookie, never cached) to a request that the app did not answer. */
export function problemAnswer(problem: Problem, requestId: string): AppAnswer {
  const { status, code, message: detail } = problem;
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail, code, requestId };
  return {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...lowerCaseNames(problem.headers),
    },
    cookies: [],
    body: Buffer.from(JSON.stringify(body)),
  };
}

function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
