import { createLog } from '../base/log.ts';
import { unavailable } from '../base/problem.ts';
import type { Connections } from '../store/connections.ts';
import { authorizerHandler } from './authorizer.ts';
import { type HttpHandler, httpHandler } from './http-handler.ts';
import { withSecrets } from './secrets/with-secrets.ts';

/** Makes a function of an environment in which every secret stands itself. */
type Make<Handler> = (environment: NodeJS.ProcessEnv, given: { connections: Connections }) => Handler;

type Handler<Event extends unknown[], Answer> = (...event: Event) => Promise<Answer>;

const log = createLog('INFO');

/**
 * A function as Lambda runs it: made of this process's environment, with the secrets that it names read
 * (see {@link withSecrets}). While they cannot be read an invocation is rejected, to be repeated.
 *
 * @throws {ConfigError} what `make` throws.
 */
export function deployed<Event extends unknown[], Answer>(
  make: Make<Handler<Event, Answer>>,
): Promise<Handler<Event, Answer>> {
  return withSecrets({ environment: process.env, make, log });
}

/** The same of a function that answers HTTP: by 503 while its secrets cannot be read. */
export function deployedHttp(make: Make<HttpHandler>): Promise<HttpHandler> {
  const unanswered = (cause: unknown) =>
    httpHandler(() => {
      throw unavailable(cause);
    });
  return withSecrets({ environment: process.env, make, log, unanswered });
}

type Authorizer = ReturnType<typeof authorizerHandler>;

/** The same of an authorizer: it denies meanwhile. */
export function deployedAuthorizer(make: Make<Authorizer>): Promise<Authorizer> {
  const unanswered = () => authorizerHandler({ log, readSession: async () => null });
  return withSecrets({ environment: process.env, make, log, unanswered });
}
