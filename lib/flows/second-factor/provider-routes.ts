import { goTo, implement, operationRouter } from '../../web/router.ts';
import type { ProviderChanges } from './provider-changes.ts';
import * as api from './provider-operations.ts';

/** Routes of `/account`: the providers that somebody signs in by. */
export function accountProviderRoutes({ providerChanges }: { providerChanges: ProviderChanges }) {
  const link = implement(api.linkProvider, async ({ params, req, res }) => {
    const url = await providerChanges.begin(req, params.provider);
    goTo(res, url.href);
  });

  const unlink = implement(api.unlinkProvider, async ({ params, req, res }) => {
    await providerChanges.remove(req, params.provider);
    res.status(204).end();
  });

  return operationRouter([link, unlink]);
}
