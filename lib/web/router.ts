import { type Request, type RequestHandler, type Response, Router } from 'express';
import type * as z from 'zod/mini';
import { notSignedIn, Problem } from '../base/problem.ts';
import type { Method, Operation } from './operation.ts';
import { signedInOn } from './session/require-user.ts';
import { validate } from './validate.ts';

type Parsed<S> = S extends z.ZodMiniType ? z.infer<S> : undefined;

/** What a handler gets: parsed input, and Express's request and response for what is left. */
export interface Call<B = undefined, Q = undefined, P = undefined> {
  body: B;
  query: Q;
  params: P;
  req: Request;
  res: Response;
}

type Schema = z.ZodMiniType | undefined;

/** An operation with what does it. */
export interface Implemented {
  operation: Operation;
  handler: RequestHandler;
}

/**
 * Binds an operation to its handler: the session is asked for first, where it needs one, then the input parsed.
 *
 * The handler is async and throws; Express 5 hands what it throws to the problem handler.
 *
 * @param admits whom the handler itself will ask for more than a session, where nobody is signed in.
 * @example
 * ```ts
 * import * as z from 'zod/mini';
 * import { operation } from '../lib/web/operation.ts';
 * import { implement, operationRouter } from '../lib/web/router.ts';
 *
 * const greet = operation({
 *   method: 'post',
 *   path: '/greetings',
 *   summary: 'Greet somebody',
 *   body: z.strictObject({ name: z.string() }),
 *   answers: { 200: { description: 'Greeted.', schema: z.object({ hello: z.string() }) } },
 * });
 *
 * export const routes = operationRouter([
 *   implement(greet, async ({ body, res }) => void res.json({ hello: body.name })),
 * ]);
 * ```
 */
export function implement<B extends Schema, Q extends Schema, P extends Schema>(
  operation: Operation<B, Q, P>,
  handle: (call: Call<Parsed<B>, Parsed<Q>, Parsed<P>>) => Promise<void>,
  admits?: (req: Request) => Promise<boolean>,
): Implemented {
  const parse = <S extends Schema>(schema: S | undefined, input: unknown) =>
    (schema ? validate(schema, input) : undefined) as Parsed<S>;
  const handler: RequestHandler = async function handleOperation(req, res) {
    const isLacking = operation.needs !== undefined && !signedInOn(req);
    if (isLacking && !(await admits?.(req))) throw notSignedIn();
    await handle({
      body: parse(operation.body, req.body ?? {}),
      query: parse(operation.query, req.query),
      params: parse(operation.params, req.params),
      req,
      res,
    });
  };
  return { operation: operation as Operation, handler };
}

/** An address that is served, and what it answers. */
interface Address {
  pattern: RegExp;
  /** As in the header `Allow`. */
  allow: string;
  /** Of an operation, as is what follows. */
  foreignForm: boolean;
  visited: boolean;
  page: boolean;
}

/** A router that knows all of its addresses, so that what it does not serve is refused before anything is read. */
export type OperationRouter = Router & { readonly addresses: readonly Address[] };

/** A router of operations that also answers OPTIONS, and 405 with `Allow` to every other method of their paths. */
export function operationRouter(implemented: readonly Implemented[]): OperationRouter {
  const router = Router({ caseSensitive: true, strict: true });
  const paths = [...new Set(implemented.map(({ operation }) => operation.path))];
  const addresses = paths.map((path) => {
    const operations = implemented.filter(({ operation }) => operation.path === path);
    const route = router.route(path.replace(/\{(\w+)\}/g, ':$1'));
    for (const { operation, handler } of operations) route[operation.method](handler);
    const allow = allowOf(operations.map(({ operation }) => operation.method));
    route.all((req, res) => answerMethod(req, res, allow));
    const foreignForm = operations.some(({ operation }) => operation.foreignForm === true);
    const visited = operations.some(({ operation }) => operation.visited === true);
    const page = operations.some(({ operation }) => operation.page === true);
    return { pattern: patternOf(path), allow, foreignForm, visited, page };
  });
  return Object.assign(router, { addresses });
}

/** One router of several, which knows the addresses of all of them. */
export function joinRouters(...routers: readonly OperationRouter[]): OperationRouter {
  const router = Router({ caseSensitive: true, strict: true });
  router.use(...routers);
  return Object.assign(router, { addresses: routers.flatMap(({ addresses }) => addresses) });
}

/**
 * Answers OPTIONS, and every method that an address does not take, before a body is parsed or a session read; of routes that
 * do not know their addresses it lets everything pass.
 *
 * @returns a middleware that throws {Problem} 405 `method_not_allowed`.
 */
export function refuseOtherMethods(routes: RequestHandler): RequestHandler {
  const { addresses = [] } = routes as Partial<OperationRouter>;
  return function refuseOtherMethods(req, res, next) {
    const allow = addresses.find(({ pattern }) => pattern.test(req.path))?.allow;
    const isServed = req.method !== 'OPTIONS' && allow?.split(', ').includes(req.method);
    if (allow === undefined || isServed) next();
    else answerMethod(req, res, allow);
  };
}

/**
 * Answers 404 to every address that the routes do not have, at no cost: most of what robots try ends here. Routes
 * that do not know their addresses answer by themselves.
 *
 * @returns a middleware that throws {Problem} 404 `not_found`.
 */
export function refuseOtherAddresses(routes: RequestHandler): RequestHandler {
  const { addresses } = routes as Partial<OperationRouter>;
  return function refuseOtherAddresses(req, _res, next) {
    if (addresses && !addresses.some(({ pattern }) => pattern.test(req.path))) throw nothingThere();
    next();
  };
}

/** Whether a request is to an address where other sites may post forms: see {@link Operation.foreignForm}. */
export function takesForeignForm(routes: RequestHandler): (req: Request) => boolean {
  return isTo(routes, ({ foreignForm }) => foreignForm);
}

/** Whether a request is to an address that browsers go to by themselves: see {@link Operation.visited}. */
export function isVisited(routes: RequestHandler): (req: Request) => boolean {
  return isTo(routes, ({ visited }) => visited);
}

/** Whether a request is to the address of a page, which takes what forms send. */
export function isToPage(routes: RequestHandler): (req: Request) => boolean {
  return isTo(routes, ({ page }) => page);
}

function isTo(routes: RequestHandler, wanted: (address: Address) => boolean): (req: Request) => boolean {
  const { addresses = [] } = routes as Partial<OperationRouter>;
  const patterns = addresses.filter(wanted).map(({ pattern }) => pattern);
  return (req) => patterns.some((pattern) => pattern.test(req.path));
}

/** Answers 303 with nothing but where to go. */
export function goTo(res: Response, location: string): void {
  res.status(303).set('Location', location).end();
}

/** The answer to an address that nothing serves. */
export function nothingThere(): Problem {
  return new Problem('not_found', 'There is nothing at this address.');
}

function answerMethod(req: Request, res: Response, allow: string): void {
  if (req.method !== 'OPTIONS')
    throw new Problem('method_not_allowed', `This address answers ${allow}.`, {
      headers: { Allow: allow },
    });
  res.status(204).set('Allow', allow).end();
}

/** A path in OpenAPI's form as an expression; its literal parts are letters, digits, `/`, `.`, `-` and `_`. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
}

function allowOf(methods: readonly Method[]): string {
  const names = methods.map((method) => method.toUpperCase());
  return [...names, ...(names.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}
