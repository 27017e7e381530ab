import type { Config } from '../../base/config.ts';
import { goTo, implement, operationRouter } from '../../web/router.ts';
import { answerRenewed } from '../shared/session-view.ts';
import type { ProviderChanges } from './provider-changes.ts';
import * as api from './provider-operations.ts';

export interface AccountProviderRoutesOptions {
  config: Pick<Config, 'sessionSecrets'>;
  providerChanges: ProviderChanges;
}

/** Routes of `/account`: the providers that somebody signs in by. */
export function accountProviderRoutes({ config, providerChanges }: AccountProviderRoutesOptions) {
  const link = implement(api.linkProvider, async ({ params, req, res }) => {
    const url = await providerChanges.begin(req, params.provider);
    goTo(res, url.href);
  });

  const unlink = implement(api.unlinkProvider, async ({ params, req, res }) => {
    await providerChanges.remove(req, params.provider);
    answerRenewed(req, res, config);
  });

  return operationRouter([link, unlink]);
}
