import * as api from '../api/sessions.ts';
import { implement, operationRouter } from '../http/operations.ts';
import type { SessionServices } from '../services.ts';

/** Routes of `/sessions`: a user's own sessions on all devices. */
export function sessionRoutes({ ownSessions }: Pick<SessionServices, 'ownSessions'>) {
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
