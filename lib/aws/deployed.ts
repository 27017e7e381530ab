import { createLog } from '../base/log.ts';
import { unavailable } from '../base/problem.ts';
import type { authorizerHandler } from './authorizer.ts';
import type { HttpHandler } from './http-handler.ts';
import { type Load, type Make, withSecrets } from './secrets/with-secrets.ts';

export type { Make };
export type MakeHttp = Make<HttpHandler>;
export type MakeAuthorizer = Make<ReturnType<typeof authorizerHandler>>;

const log = createLog('INFO');

/**
 * A function as Lambda runs it: made of this process's environment by the `make` of its module, with the secrets that it
 * names read (see {@link withSecrets}). While they cannot be read an invocation is rejected, to be repeated.
 *
 * @param load imports the module, which is done while the secrets are on their way: so it is imported nowhere else.
 * @throws {ConfigError} what `make` throws.
 */
export function deployed<Event extends unknown[], Answer>(
  load: Load<(...event: Event) => Promise<Answer>>,
): Promise<(...event: Event) => Promise<Answer>> {
  return withSecrets({ environment: process.env, load, log });
}

/** The same of a function that answers HTTP: by 503 while its secrets cannot be read. */
export function deployedHttp(load: Load<HttpHandler>): Promise<HttpHandler> {
  async function unanswered(cause: unknown) {
    const { httpHandler } = await import('./http-handler.ts');
    return httpHandler(() => {
      throw unavailable(cause);
    });
  }
  return withSecrets({ environment: process.env, load, log, unanswered });
}

/** The same of an authorizer: it denies meanwhile. */
export function deployedAuthorizer(
  load: Load<ReturnType<MakeAuthorizer>>,
): Promise<ReturnType<MakeAuthorizer>> {
  async function unanswered() {
    const { authorizerHandler } = await import('./authorizer.ts');
    return authorizerHandler({ log, readSession: async () => null });
  }
  return withSecrets({ environment: process.env, load, log, unanswered });
}
