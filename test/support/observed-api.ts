import type { IRouter } from 'express';
import * as z from 'zod/mini';
import { catalogue } from '../../lib/flows/catalogue.ts';
import { problemsOf } from '../../lib/flows/docs/openapi-operation.ts';
import type { Operation } from '../../lib/web/operation.ts';
import type { TestHandler } from './events/client.ts';
import { createClient, eventSource, type RequestOptions, type TestAnswer, testContext } from './events.ts';
import type { Instance } from './instance.ts';

/** Every operation of the description, by its id. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  catalogue.flatMap((subject) => [...subject.operations]),
);

const payload2 = eventSource('HTTP API, payload 2.0');

/** What running functions were seen to answer, held against what the description says of the same routes. */
export function observeApi() {
  const seen = new Map<string, Set<string>>();
  const faults: string[] = [];

  function note(id: string, operation: Operation, answer: TestAnswer): void {
    const what = whatOf(answer);
    seen.set(id, (seen.get(id) ?? new Set()).add(what));
    const fault = faultOf(operation, answer, what);
    if (fault) faults.push(`${id}: ${fault}`);
  }

  /** A client of the function that serves a route; what it is answered is noted. */
  function visitor(instance: Instance) {
    const clients = new Map(
      Object.entries(instance.handlers).map(([name, handler]) => [name, createClient(handler, payload2)]),
    );
    const cookies = clients.get('auth')!.cookies;
    return {
      cookies,
      call: async (id: string, options: RequestOptions & { params?: string } = {}): Promise<TestAnswer> => {
        const operation = operations.get(id);
        if (!operation) throw new Error(`there is no operation ${id}`);
        const { params = '', body, headers, ...rest } = options;
        const { form, type } = encoded(operation, body);
        const answer = await clients.get(functionOf(operation))!.request({
          method: operation.method.toUpperCase(),
          path: operation.path.replace(/\{\w+\}/, params),
          cookies: cookies.all(),
          ...rest,
          body: form,
          headers: { ...type, ...headers },
        });
        for (const line of answer.cookies) cookies.take(line);
        note(id, operation, answer);
        return answer;
      },
    };
  }

  /** What the description promises and nobody saw, such as `signIn 429 rate_limited`. */
  function unseen(): string[] {
    return [...operations].flatMap(([id, operation]) =>
      promised(operation)
        .filter((what) => !seen.get(id)?.has(what))
        .map((what) => `${id} ${what}`),
    );
  }

  return { visitor, note, faults, unseen, seen };
}

/** An object as JSON or, for a page and what other sites post, as a form; text as it is. */
function encoded(operation: Operation, body: RequestOptions['body']) {
  if (!(operation.page || operation.foreignForm) || typeof body !== 'object' || Buffer.isBuffer(body))
    return { form: body, type: {} };
  const form = new URLSearchParams(body as Record<string, string>).toString();
  return { form, type: { 'content-type': 'application/x-www-form-urlencoded' } };
}

export function functionOf({ path, page }: Operation): keyof Instance['handlers'] {
  if (path === '/docs' || path === '/openapi.json') return 'docs';
  const [, first] = path.split('/');
  if (first === 'admin') return 'admin';
  if (page) return 'pages';
  return first === 'dev' ? 'auth' : (first as keyof Instance['handlers']);
}

/** The status, and the code of a problem; a page has its code for people only. */
function whatOf(answer: TestAnswer): string {
  const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json');
  return isProblem ? `${answer.status} ${answer.json().code}` : String(answer.status);
}

function faultOf(operation: Operation, answer: TestAnswer, what: string): string | undefined {
  const { status } = answer;
  const problems = problemsOf(operation);
  if (status >= 400) {
    const documented = problems.some(
      (problem) =>
        what === `${problem.status} ${problem.code}` || (operation.page && what === `${problem.status}`),
    );
    return documented ? undefined : `answered ${what}, which is not described`;
  }
  const described = operation.answers[status];
  if (!described) return `answered ${what}, which is not described`;
  if (!described.schema) return operation.page || answer.body === '' ? undefined : `${what} has a body`;
  // Some answer nothing but to who keeps tokens.
  const given = answer.body === '' ? undefined : answer.json();
  const parsed = z.safeParse(described.schema, given);
  if (!parsed.success) return `${what} is not as described: ${parsed.error.message}`;
  // What a schema does not name, it drops.
  const isWhole = JSON.stringify(sorted(parsed.data)) === JSON.stringify(sorted(given));
  return isWhole ? undefined : `${what} holds more than is described`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** Every answer that an operation promises, but for those that come when something breaks or is not set up. */
function promised(operation: Operation): string[] {
  const problems = problemsOf(operation).filter(({ status }) => status < 500);
  const failures = problems.map(({ code, status }) =>
    operation.page && operation.method === 'post' && pageShows(code) ? String(status) : `${status} ${code}`,
  );
  return [...new Set([...Object.keys(operation.answers), ...failures])];
}

/** A page comes back with what its form had wrong; what never reached the form is a problem. */
function pageShows(code: string): boolean {
  return ![
    'malformed_body',
    'cross_origin',
    'body_too_large',
    'unsupported_media_type',
    'headers_too_large',
  ].includes(code);
}

/** The routes of a router and of those inside it, as `get /auth/session`; only what Express itself knows. */
export function routesOf(router: IRouter): string[] {
  return router.stack.flatMap((layer) => {
    if (!layer.route) return 'stack' in layer.handle ? routesOf(layer.handle as unknown as IRouter) : [];
    const { path, stack } = layer.route;
    const methods = stack.map(({ method }) => method).filter((method) => method !== undefined);
    return methods.map((method) => `${method} ${String(path).replace(/:(\w+)/g, '{$1}')}`);
  });
}

/** A handler behind the authorizer, which has let `userId` through. */
export function authorized(handler: TestHandler, userId: string) {
  return async () => {
    const event = payload2.event({ path: '/example' }) as { requestContext: Record<string, unknown> };
    event.requestContext.authorizer = { lambda: { userId } };
    return payload2.response(await handler(event, testContext()));
  };
}
