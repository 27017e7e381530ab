import { tally } from '../../base/metrics.ts';
import type { Prepared } from '../../store/prepared.ts';
import { implement, operationRouter } from '../../web/router.ts';
import * as api from './operations.ts';

/** Routes of `/health`: alive, and ready while the database answers and has its indexes. */
export function healthRoutes({ prepared }: { prepared: Prepared }) {
  async function requireReady(): Promise<void> {
    try {
      await prepared.requireAll();
    } catch (error) {
      tally('notReady');
      throw error;
    }
  }

  const live = implement(api.live, async ({ res }) => {
    res.json({ status: 'ok' });
  });

  const ready = implement(api.ready, async ({ res }) => {
    await requireReady();
    res.json({ status: 'ok' });
  });

  return operationRouter([live, ready]);
}
