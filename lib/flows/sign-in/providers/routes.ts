import type { Request } from 'express';
import type { Config } from '../../../base/config.ts';
import { goTo, implement, operationRouter } from '../../../web/router.ts';
import type { ProviderStart } from '../../shared/providers/provider-start.ts';
import * as api from './operations.ts';
import type { ProviderLogout } from './provider-logout.ts';
import type { ProviderSignIn } from './service.ts';

export interface ProviderRoutesOptions {
  config: Pick<Config, 'publicUrl'>;
  providerStart: ProviderStart;
  providerSignIn: ProviderSignIn;
  providerLogout: ProviderLogout;
}

/** The routes below `/auth/with`. */
export function providerRoutes(options: ProviderRoutesOptions) {
  const { config, providerStart, providerSignIn, providerLogout } = options;

  /** As the browser sees it, whatever stands between it and us. */
  function urlOf(req: Request, query: string): URL {
    const url = new URL(config.publicUrl + req.path);
    url.search = query;
    return url;
  }

  const begin = implement(api.beginProviderSignIn, async ({ params, query, req, res }) => {
    const url = await providerStart.begin(req, params.provider, { next: query.next });
    goTo(res, url.href);
  });

  const answer = implement(api.providerAnswer, async ({ params, req, res }) => {
    const url = urlOf(req, new URL(req.originalUrl, config.publicUrl).search);
    goTo(res, await providerSignIn.callback(req, params.provider, url));
  });

  const form = implement(api.providerForm, async ({ params, body, req, res }) => {
    const url = urlOf(req, String(new URLSearchParams(body as Record<string, string>)));
    const again = providerSignIn.again(req, params.provider, url);
    goTo(res, again ?? (await providerSignIn.callback(req, params.provider, url)));
  });

  const logout = implement(api.providerLogout, async ({ params, body, req, res }) => {
    await providerLogout.loggedOut(req, params.provider, body.logout_token);
    res.status(200).end();
  });

  return operationRouter([begin, answer, form, logout]);
}
