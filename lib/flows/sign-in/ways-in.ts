import { joinRouters, type OperationRouter } from '../../web/router.ts';
import { passwordRoutes } from './password/routes.ts';

/** The routes of every way in. */
const routesOfWaysIn = [passwordRoutes];

export type WaysInOptions = Parameters<(typeof routesOfWaysIn)[number]>[0];

/** The routes by which people come in, of all ways. */
export function wayInRoutes(options: WaysInOptions): OperationRouter {
  return joinRouters(...routesOfWaysIn.map((routesOf) => routesOf(options)));
}
