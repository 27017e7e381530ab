import type { Config } from '../../base/config.ts';
import { catalogue } from '../catalogue.ts';
import { EventDetail } from '../events.ts';
import { createSchemaBook, type JsonSchema, type SchemaBook } from './json-schema.ts';
import { type OperationObject, operationObject } from './openapi-operation.ts';
import { createResponseBook, Problem, type ResponseObject } from './openapi-responses.ts';

/** As much of OpenAPI 3.1 as the product's description uses. */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, OperationObject>>;
  webhooks: Record<string, { post: WebhookObject }>;
  components: {
    securitySchemes: Record<string, SecurityScheme>;
    schemas: Record<string, JsonSchema>;
    responses: Record<string, ResponseObject>;
  };
}

/** What says who is calling: a cookie, or a token. */
type SecurityScheme = { description: string } & (
  | { type: 'apiKey'; in: 'cookie'; name: string }
  | { type: 'http'; scheme: 'bearer' }
);

/** What we tell other systems, by whatever way. */
interface WebhookObject {
  operationId: string;
  summary: string;
  description: string;
  security: [];
  requestBody: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, ResponseObject>;
}

/** Of the HTTP interface: the first number rises when a client must change. */
const version = '1.0.0';

const description = `Functions that sign people up, in and out, and know on every request who is calling.

Bodies are JSON in both directions, at most 16 KiB. Signing in sets a cookie; send it back with every request (in a browser: \`credentials: 'include'\`). A client that is no browser says \`"transport": "token"\` at sign-in, and sends the \`token\` that it gets as \`Authorization: Bearer\`. Every answer carries \`X-Request-Id\`. Errors are RFC 9457 \`application/problem+json\`; decide by \`code\`, which is stable.`;

/**
 * Makes the description of the whole API from the very schemas that parse its input.
 *
 * @param config of a deployed stage leaves out what only \`dev\` and \`test\` answer.
 */
export function openApiDocument(
  config: Pick<Config, 'publicUrl' | 'cookieName' | 'deployed' | 'passwordMinLength'>,
): OpenApiDocument {
  const schemas = createSchemaBook(config.passwordMinLength);
  const responses = createResponseBook();
  schemas.of(Problem, 'output');
  const paths: OpenApiDocument['paths'] = {};
  const tags: OpenApiDocument['tags'] = [];
  for (const { tag, description, operations } of catalogue) {
    tags.push({ name: tag, description });
    for (const [operationId, operation] of operations) {
      if (operation.local && config.deployed) continue;
      const path = paths[operation.path] ?? {};
      paths[operation.path] = path;
      path[operation.method] = operationObject(operationId, tag, operation, { schemas, responses });
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Session auth', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    // On one's own machine the API is wherever this was read from.
    servers: [{ url: config.deployed ? config.publicUrl : '/' }],
    tags,
    paths,
    webhooks: { event: { post: eventHook(schemas) } },
    components: {
      securitySchemes: { session: sessionCookie(config.cookieName), bearer: sessionToken },
      schemas: schemas.all(),
      responses: responses.all(),
    },
  };
}

const sessionToken = {
  type: 'http',
  scheme: 'bearer',
  description:
    'For clients that are no browsers: the `token` that they get for `"transport": "token"`. Never beside the cookie.',
} as const;

function eventHook(schemas: SchemaBook): WebhookObject {
  return {
    operationId: 'event',
    summary: 'Something happened on an account',
    description:
      'With the setting `EVENT_BUS`: the `detail` of an event on that bus of Amazon EventBridge, whose `detail-type` is `type`. Each is told at least once; what is told again has the same `id`.',
    security: [],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: schemas.of(EventDetail, 'output') } },
    },
    responses: { default: { description: 'None is waited for.' } },
  };
}

function sessionCookie(name: string): SecurityScheme {
  return {
    type: 'apiKey',
    in: 'cookie',
    name,
    description: 'Set by signing up and in; HttpOnly.',
  };
}
