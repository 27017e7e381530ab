import type { Context } from 'aws-lambda';
import type { TestEventSource } from '../events.ts';
import type { TestAnswer } from './answer.ts';
import { CookieJar } from './cookie-jar.ts';
import type { TestRequest } from './request.ts';
import { testContext } from './test-context.ts';

/** A function's `handler` export. */
export type TestHandler = (event: unknown, context: Context) => Promise<unknown>;

export type ClientOptions = {
  /** The client's address (203.0.113.7). */
  ip?: string;
  userAgent?: string;
  /** Sent with every request; a request's own win. */
  headers?: TestRequest['headers'];
  stage?: string;
  /** Cookies to go on with, such as those of a client of another function. */
  cookies?: CookieJar;
};

export type RequestOptions = Omit<TestRequest, 'path' | 'method'> & {
  /** Without it a 5xx makes the call throw. */
  expect5xx?: boolean;
  /** The invocation's context; a fresh one unless given. */
  context?: Context;
};

export type TestClient = {
  /** What the client would send next; can be read and changed. */
  readonly cookies: CookieJar;
  get: (path: string, options?: RequestOptions) => Promise<TestAnswer>;
  /** An object goes as JSON, a string or bytes as they are; `undefined` is no body. */
  post: (path: string, body?: TestRequest['body'], options?: RequestOptions) => Promise<TestAnswer>;
  put: (path: string, body?: TestRequest['body'], options?: RequestOptions) => Promise<TestAnswer>;
  patch: (path: string, body?: TestRequest['body'], options?: RequestOptions) => Promise<TestAnswer>;
  delete: (path: string, body?: TestRequest['body'], options?: RequestOptions) => Promise<TestAnswer>;
  request: (request: TestRequest & RequestOptions) => Promise<TestAnswer>;
};

/**
 * Makes a client of a handler behind one event source, with cookies of its own.
 * `path` may carry a query (`/a?b=c`). `cookies` of a request are sent instead of the jar's.
 * A call throws at a 5xx unless told to expect it, and where the gateway would answer 502.
 */
export function createClient(
  handler: TestHandler,
  source: TestEventSource,
  options: ClientOptions = {},
): TestClient {
  const cookies = options.cookies ?? new CookieJar();
  const agent = options.userAgent === undefined ? {} : { 'user-agent': options.userAgent };

  async function request(given: TestRequest & RequestOptions): Promise<TestAnswer> {
    const { expect5xx = false, context = testContext(), ...rest } = given;
    const [path = '/', search] = rest.path.split(/\?(.*)/s);
    const event = source.event({
      ...(options.ip !== undefined && { ip: options.ip }),
      ...(options.stage !== undefined && { stage: options.stage }),
      cookies: cookies.all(),
      ...rest,
      path,
      query: [...new URLSearchParams(search), ...(rest.query ?? [])],
      headers: { ...agent, ...options.headers, ...rest.headers },
    });
    const answer = source.response(await handler(event, context));
    for (const line of answer.cookies) cookies.take(line);
    if (answer.status >= 500 && !expect5xx) {
      throw new Error(`${given.method ?? 'GET'} ${given.path} answered ${answer.status}: ${answer.body}`);
    }
    return answer;
  }

  const sending =
    (method: string): TestClient['post'] =>
    (path, body, rest) =>
      request({ ...rest, method, path, body });
  return {
    cookies,
    request,
    get: (path, rest) => request({ ...rest, method: 'GET', path }),
    post: sending('POST'),
    put: sending('PUT'),
    patch: sending('PATCH'),
    delete: sending('DELETE'),
  };
}
