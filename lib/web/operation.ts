import type * as z from 'zod/mini';
import type { AnyProblem } from '../base/problem.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Schema = z.ZodMiniType;

/** One answer of an operation; without a schema it has no body, unless it is a page's. */
export interface Answer {
  description: string;
  schema?: Schema;
  /** Of a body that is neither JSON nor a page. */
  mediaType?: string;
}

/**
 * What a route may ask of its caller: `session`, that somebody is signed in; it is 401 `not_signed_in` else. `admin`, that
 * an administrator is; it is 404 `not_found` else, as at an address that nothing serves: see `adminApp`.
 */
export type Need = 'session' | 'admin';

/**
 * One route as the outside sees it: what parses its input and what it may answer.
 *
 * The routers run these schemas and the API description is made from them, so that the two cannot differ.
 */
export interface Operation<
  Body extends Schema | undefined = Schema | undefined,
  Query extends Schema | undefined = Schema | undefined,
  Params extends Schema | undefined = Schema | undefined,
> {
  method: Method;
  /** OpenAPI form: `/sessions/{id}`. */
  path: string;
  summary: string;
  description?: string;
  /** The heading under which the API's description tells of it, where that is not its flow's. */
  tag?: string;
  /** What the route asks of its caller before anything else. */
  needs?: Need;
  /** True for a page: it answers HTML, and takes what forms send. */
  page?: boolean;
  /**
   * True where another site has browsers post a form to it, or calls it with one. It asks no origin, and must find out
   * by itself who has begun this.
   */
  foreignForm?: boolean;
  /** True where browsers go by themselves: what goes wrong is a page to those who prefer HTML. */
  visited?: boolean;
  /** True where the route is there in the stages `dev` and `test` only. */
  local?: boolean;
  body?: Body;
  query?: Query;
  params?: Params;
  answers: Record<number, Answer>;
  /** Problems beyond those that every route may answer. */
  problems?: readonly AnyProblem[];
  /** What API Gateway answers by itself to who does not get past the authorizer, and when, by status. */
  gateway?: Record<number, string>;
}

/** Declares an operation, keeping the exact types of its schemas. */
export function operation<
  Body extends Schema | undefined = undefined,
  Query extends Schema | undefined = undefined,
  Params extends Schema | undefined = undefined,
>(definition: Operation<Body, Query, Params>): Operation<Body, Query, Params> {
  return definition;
}
