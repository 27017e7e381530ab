import * as z from 'zod/mini';
import type { ProblemKind } from '../../base/problem-kind.ts';
import { type ProblemCode, problemTable } from '../problems.ts';
import type { JsonSchema } from './json-schema.ts';

export interface ResponseObject {
  description: string;
  headers?: Record<string, { description?: string; schema: JsonSchema }>;
  content?: Record<string, { schema: JsonSchema }>;
}

/** Problems that name a time to wait. */
const waits = new Set<string>(['rate_limited', 'unavailable', 'not_prepared'] satisfies ProblemCode[]);

const codes = Object.keys(problemTable) as [ProblemCode, ...ProblemCode[]];

/** The body of every error (RFC 9457). */
export const Problem = z
  .object({
    type: z.string().check(z.meta({ format: 'uri', description: 'Where the code is described.' })),
    title: z.string(),
    status: z.int(),
    detail: z.string().check(z.meta({ description: 'What went wrong this time, for people.' })),
    code: z.enum(codes).check(z.meta({ description: 'Stable; decide by it.' })),
    requestId: z.string().check(z.meta({ description: 'As in the header field X-Request-Id.' })),
    errors: z.optional(
      z
        .array(z.object({ path: z.string(), message: z.string() }))
        .check(
          z.meta({ description: 'With `invalid_request` and `weak_password`: what is wrong, by field.' }),
        ),
    ),
  })
  .check(z.meta({ id: 'Problem' }));

/** Responses that carry problems, each kept once under a name. */
export interface ResponseBook {
  /** One response a status, which names every code that comes with it. */
  ofProblems(problems: readonly ProblemKind[], page: boolean): Record<string, { $ref: string }>;
  /** The response that a pointer of this book leads to. */
  get(pointer: { $ref: string } | undefined): ResponseObject | undefined;
  all(): Record<string, ResponseObject>;
}

export function createResponseBook(): ResponseBook {
  const named = new Map<string, ResponseObject>();

  function pointAt(problems: ProblemKind[], page: boolean): { $ref: string } {
    const name = problems.map(({ code }) => code).join('_or_') + (page ? '.page' : '');
    named.set(name, problemResponse(problems, page));
    return { $ref: `#/components/responses/${name}` };
  }

  return {
    ofProblems: (problems, page) => {
      const statuses = [...new Set(problems.map(({ status }) => status))];
      const problemsOf = (status: number) =>
        problems.filter((each) => each.status === status).toSorted((a, b) => (a.code < b.code ? -1 : 1));
      return Object.fromEntries(
        statuses.map((status) => [String(status), pointAt(problemsOf(status), page)]),
      );
    },
    get: (pointer) => named.get(pointer?.$ref.split('/').at(-1) ?? ''),
    all: () => Object.fromEntries([...named].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** What API Gateway answers by itself, beside what the function answers with the same status. */
export function gatewayResponse(when: string, own: ResponseObject | undefined): ResponseObject {
  const message: JsonSchema = {
    type: 'object',
    properties: { message: { type: ['string', 'null'] } },
    required: ['message'],
  };
  return {
    description: `${own ? `${own.description} ` : ''}By API Gateway: ${when}`,
    ...(own?.headers && { headers: own.headers }),
    content: { ...own?.content, 'application/json': { schema: message } },
  };
}

function problemResponse(problems: ProblemKind[], page: boolean): ResponseObject {
  const codes = problems.map(({ code }) => code);
  const schema: JsonSchema = {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      { type: 'object', properties: { code: { type: 'string', enum: codes } } },
    ],
  };
  const retries = codes.some((code) => waits.has(code));
  return {
    description: problems.map(({ code, title }) => `\`${code}\`: ${title}.`).join(' '),
    headers: {
      'X-Request-Id': { schema: { type: 'string' } },
      ...(retries && { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } }),
    },
    content: {
      ...(page && { 'text/html': { schema: { type: 'string' } } }),
      'application/problem+json': { schema },
    },
  };
}
