import { type Request, type RequestHandler, type Response, Router } from 'express';
import type * as z from 'zod/mini';
import type { Method, Operation } from '../api/operation.ts';
import { Problem } from '../problem.ts';
import { requireSignedIn } from '../session/signed-in.ts';
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
 */
export function implement<B extends Schema, Q extends Schema, P extends Schema>(
  operation: Operation<B, Q, P>,
  handle: (call: Call<Parsed<B>, Parsed<Q>, Parsed<P>>) => Promise<void>,
): Implemented {
  const parse = <S extends Schema>(schema: S | undefined, input: unknown) =>
    (schema ? validate(schema, input) : undefined) as Parsed<S>;
  const handler: RequestHandler = async function handleOperation(req, res) {
    if (operation.signedIn) requireSignedIn(req);
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

/** A router of operations that also answers OPTIONS, and 405 with `Allow` to every other method of their paths. */
export function operationRouter(implemented: readonly Implemented[]): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const path of new Set(implemented.map(({ operation }) => operation.path))) {
    const operations = implemented.filter(({ operation }) => operation.path === path);
    const route = router.route(path.replace(/\{(\w+)\}/g, ':$1'));
    for (const { operation, handler } of operations) route[operation.method](handler);
    const allow = allowOf(operations.map(({ operation }) => operation.method));
    route.all(function refuseMethod(req, res) {
      if (req.method === 'OPTIONS') return void res.status(204).set('Allow', allow).end();
      const detail = `This address answers ${allow}.`;
      throw new Problem(405, 'method_not_allowed', detail, { headers: { Allow: allow } });
    });
  }
  return router;
}

function allowOf(methods: readonly Method[]): string {
  const names = methods.map((method) => method.toUpperCase());
  return [...names, ...(names.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}
