import * as api from '../api/health.ts';
import { implement, operationRouter } from '../http/operations.ts';
import type { Prepared } from '../mongo/prepared.ts';

/** Routes of `/health`: alive, and ready while the database answers and has its indexes. */
export function healthRoutes({ prepared }: { prepared: Prepared }) {
  const live = implement(api.live, async ({ res }) => {
    res.json({ status: 'ok' });
  });

  const ready = implement(api.ready, async ({ res }) => {
    await prepared.requireAll();
    res.json({ status: 'ok' });
  });

  return operationRouter([live, ready]);
}
