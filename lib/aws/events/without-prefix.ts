import { withSlash } from './encode-url.ts';
import { type JsonObject, objectAt, textAt } from './event.ts';

/**
 * Gives the path that the routes of the app know: without the stage or base path of an API Gateway, but only where
 * the event shows that it is one: the route that API Gateway matched (`resource` or `routeKey`, with its parameters) is the tail of the path,
 * or else a named stage is the path's whole first segment. The first has the last word: under a stage `dev`,
 * `/dev/outbox` matched by the route `/dev/outbox` is no prefix.
 * An HTTP API with a named stage has it in its path, on a custom domain too; a REST API has only the base path
 * of a custom domain there, and its stage only in `requestContext.path`.
 */
export function withoutPrefix(event: JsonObject, given: string | undefined): string {
  const path = withSlash(given);
  const requestContext = objectAt(event, 'requestContext');
  const stage = textAt(requestContext, 'stage');
  if (stage !== undefined && textAt(requestContext, 'path') === `/${stage}${path}`) return path;
  const segments = path.split('/').slice(1);
  const matched = matchedRoute(event);
  const prefixLength = matched === undefined ? undefined : lengthBefore(segments, matched);
  if (prefixLength !== undefined) return `/${segments.slice(prefixLength).join('/')}`;
  const staged = stage !== undefined && stage !== '$default' && segments[0] === stage;
  return staged ? `/${segments.slice(1).join('/')}` : path;
}

/** The route as matched, with its parameters put in: `/auth/{proxy+}` and `{proxy: 'session'}` give `/auth/session`. */
function matchedRoute(event: JsonObject): string[] | undefined {
  const template = textAt(event, 'resource') ?? textAt(event, 'routeKey')?.replace(/^[A-Z]+ /, '');
  if (!template?.startsWith('/')) return undefined;
  const parameters = objectAt(event, 'pathParameters');
  const filled = template
    .slice(1)
    .split('/')
    .map((segment) => {
      const name = /^\{([^}+]+)\+?\}$/.exec(segment)?.[1];
      return name === undefined ? segment : textAt(parameters, name)?.replace(/^\//, '');
    });
  return filled.includes(undefined) ? undefined : withoutTrailingSlash(filled.join('/').split('/'));
}

/** How many segments stand before the matched route, or undefined where the path does not end with it. */
function lengthBefore(segments: string[], matched: string[]): number | undefined {
  const given = withoutTrailingSlash(segments).map(decoded);
  const before = given.length - matched.length;
  // The route `/` is the tail of every path: take it for a base path of one segment at most.
  if (matched.length === 0 && before > 1) return undefined;
  const same = before >= 0 && matched.every((segment, at) => decoded(segment) === given[before + at]);
  return same ? before : undefined;
}

function withoutTrailingSlash(segments: string[]): string[] {
  return segments.at(-1) === '' ? segments.slice(0, -1) : segments;
}

/** Sources differ in whether a path or parameter arrives decoded, so both are compared decoded. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
