import * as z from 'zod/mini';
import { type AnyProblem, kindOf } from '../../base/problem.ts';
import type { ProblemKind } from '../../base/problem-kind.ts';
import type { Answer, Operation } from '../../web/operation.ts';
import type { JsonSchema, SchemaBook } from './json-schema.ts';
import { gatewayResponse, type ResponseBook, type ResponseObject } from './openapi-responses.ts';

export interface Parameter {
  name: string;
  in: 'query' | 'path';
  required: boolean;
  schema: JsonSchema;
}

export interface OperationObject {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, ResponseObject | { $ref: string }>;
}

interface Books {
  schemas: SchemaBook;
  responses: ResponseBook;
}

/** One operation as the description has it, with whatever it may answer. */
export function operationObject(
  operationId: string,
  tag: string,
  operation: Operation,
  { schemas, responses }: Books,
): OperationObject {
  const parameters = [
    ...parametersOf(operation.params, 'path', schemas),
    ...parametersOf(operation.query, 'query', schemas),
  ];
  return {
    operationId,
    tags: [tag],
    summary: operation.summary,
    ...(operation.description && { description: operation.description }),
    security: needsSession(operation) ? [{ session: [] }, { bearer: [] }] : [],
    ...(parameters.length > 0 && { parameters }),
    ...(operation.body && {
      requestBody: requestBody(operation.body, operation.page || operation.foreignForm, schemas),
    }),
    responses: { ...answersOf(operation, schemas), ...refusalsOf(operation, responses) },
  };
}

function refusalsOf(operation: Operation, responses: ResponseBook): OperationObject['responses'] {
  const own = responses.ofProblems(problemsOf(operation), operation.page ?? operation.visited ?? false);
  const byGateway = Object.entries(operation.gateway ?? {}).map(([status, when]) => [
    status,
    gatewayResponse(when, responses.get(own[status])),
  ]);
  return { ...own, ...Object.fromEntries(byGateway) };
}

function needsSession({ needs, problems }: Operation): boolean {
  return needs !== undefined || problems?.includes('not_signed_in') === true;
}

function parametersOf(
  schema: z.ZodMiniType | undefined,
  where: Parameter['in'],
  schemas: SchemaBook,
): Parameter[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemas.of(schema, 'input');
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }));
}

function requestBody(schema: z.ZodMiniType, isForm = false, schemas: SchemaBook) {
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  const required = !z.safeParse(schema, {}).success;
  return { required, content: { [type]: { schema: schemas.of(schema, 'input') } } };
}

function answersOf({ answers, page }: Operation, schemas: SchemaBook): Record<string, ResponseObject> {
  const described = Object.entries(answers).map(([status, answer]) => [
    status,
    answerObject(answer, status, page, schemas),
  ]);
  const content = { 'text/html': { schema: { type: 'string' } } };
  const errorPage = { description: 'Any other answer is an error page.', content };
  // Linters want a success or a default, and take a redirect for neither.
  const onlyLeads = { description: 'Any other answer is a problem.' };
  const leads = Object.keys(answers).every((status) => status.startsWith('3'));
  const other = page ? errorPage : leads ? onlyLeads : undefined;
  return Object.fromEntries([...described, ...(other ? [['default', other]] : [])]);
}

function answerObject(answer: Answer, status: string, page = false, schemas: SchemaBook): ResponseObject {
  const headers = {
    'X-Request-Id': { schema: { type: 'string' } },
    ...((status === '303' || status === '302') && { Location: { schema: { type: 'string' } } }),
  };
  const { description, schema, mediaType = 'text/html' } = answer;
  if (schema)
    return {
      description,
      headers,
      content: { 'application/json': { schema: schemas.of(schema, 'output') } },
    };
  if (page && status === '200')
    return { description, headers, content: { [mediaType]: { schema: { type: 'string' } } } };
  return { description, headers };
}

/** Every problem that an operation may answer with: its own, and those that come with what it is. */
export function problemsOf(operation: Operation): ProblemKind[] {
  const { method, body, query, params, needs, page, foreignForm, problems = [] } = operation;
  const all = new Set<AnyProblem>([
    'malformed_body',
    ...problems,
    'headers_too_large',
    'internal',
    'unavailable',
  ]);
  // A page sends whoever is not signed in to where they can do so.
  if (needs === 'session' && !page) all.add('not_signed_in');
  if (needs === 'admin') all.add('not_found');
  if (body || query || params) all.add('invalid_request');
  if (method !== 'get')
    for (const code of ['body_too_large', 'unsupported_media_type'] as const) all.add(code);
  if (method !== 'get' && !foreignForm) all.add('cross_origin');
  return [...all].map(kindOf).sort((a, b) => a.status - b.status);
}
