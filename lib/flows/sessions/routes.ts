import { implement, operationRouter } from '../../web/router.ts';
import * as api from './operations.ts';
import type { OwnSessions } from './service.ts';

/** Routes of `/sessions`: a user's own sessions on all devices. */
export function sessionRoutes({ ownSessions }: { ownSessions: OwnSessions }) {
  const list = implement(api.listSessions, async ({ req, res }) => {
    res.json({ sessions: await ownSessions.list(req) });
  });

  const endOne = implement(api.endSession, async ({ params, req, res }) => {
    await ownSessions.end(req, res, params.id);
    res.status(204).end();
  });

  const endMany = implement(api.endSessions, async ({ query, req, res }) => {
    if (query.all === 'true') await ownSessions.endAll(req, res);
    else await ownSessions.endOthers(req);
    res.status(204).end();
  });

  return operationRouter([list, endOne, endMany]);
}
