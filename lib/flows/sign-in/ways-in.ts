import { joinRouters, type OperationRouter } from '../../web/router.ts';
import { type EmailCodeRoutesOptions, emailCodeRoutes } from './email-code/routes.ts';
import { type PasskeyRoutesOptions, passkeyRoutes } from './passkey/routes.ts';
import { type PasswordRoutesOptions, passwordRoutes } from './password/routes.ts';
import { type ProviderRoutesOptions, providerRoutes } from './providers/routes.ts';

/** The routes of every way in. */
const routesOfWaysIn = [passwordRoutes, passkeyRoutes, emailCodeRoutes, providerRoutes];

export type WaysInOptions = PasswordRoutesOptions &
  PasskeyRoutesOptions &
  EmailCodeRoutesOptions &
  ProviderRoutesOptions;

/** The routes by which people come in, of all ways. */
export function wayInRoutes(options: WaysInOptions): OperationRouter {
  return joinRouters(...routesOfWaysIn.map((routesOf) => routesOf(options)));
}
