import type { AuthorizerContext } from './authorizer.ts';
import { isObject, objectAt, textAt } from './events/event.ts';

/**
 * Gives who the authorizer let through, from the event of the function that it protects; undefined where no
 * authorizer stood before it.
 *
 * Only API Gateway writes this part of an event: HTTP API payload 2.0 under `authorizer.lambda`, payload 1.0 and
 * REST under `authorizer`.
 */
export function authorizedUser(event: unknown): AuthorizerContext | undefined {
  if (!isObject(event)) return undefined;
  const authorizer = objectAt(objectAt(event, 'requestContext'), 'authorizer');
  const context = event.version === '2.0' ? objectAt(authorizer, 'lambda') : authorizer;
  const userId = textAt(context, 'userId');
  if (userId === undefined) return undefined;
  return {
    userId,
    sessionId: textAt(context, 'sessionId') ?? '',
    emailVerified: textAt(context, 'emailVerified') ?? 'false',
    authenticatedAt: textAt(context, 'authenticatedAt') ?? '',
    assurance: textAt(context, 'assurance') ?? '1',
    roles: textAt(context, 'roles') ?? '',
  };
}
