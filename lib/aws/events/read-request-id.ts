import type { Context } from 'aws-lambda';
import { type JsonObject, objectAt, textAt } from './event.ts';

/**
 * Gives the id under which AWS knows the request, for logs and answers.
 * A load balancer's event has none, so Lambda's own is taken; a client's X-Request-Id never is.
 */
export function readRequestId(event: JsonObject, context: Context | undefined): string | undefined {
  const id = textAt(objectAt(event, 'requestContext'), 'requestId') ?? context?.awsRequestId;
  return typeof id === 'string' && /^[\w.:=+/-]{1,128}$/.test(id) ? id : undefined;
}
