import * as api from '../api/health.ts';
import { implement, operationRouter } from '../http/operations.ts';
import type { Mongo } from '../mongo/client.ts';

/** Routes of `/health`: alive, and ready once the database answers. */
export function healthRoutes({ mongo }: { mongo: Mongo }) {
  const live = implement(api.live, async ({ res }) => {
    res.json({ status: 'ok' });
  });

  const ready = implement(api.ready, async ({ res }) => {
    await mongo.run((db, limit) => db.command({ ping: 1, ...limit }));
    res.json({ status: 'ok' });
  });

  return operationRouter([live, ready]);
}
