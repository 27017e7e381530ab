import * as api from '../api/outbox.ts';
import { implement, operationRouter } from '../http/operations.ts';
import type { AuthServices } from '../services.ts';

/** The route `/dev/outbox`, which is not there in a deployed stage. */
export function outboxRoutes({ config, outbox }: AuthServices) {
  const list = implement(api.listOutbox, async ({ query, res }) => {
    res.json({ messages: await outbox.list(query.to) });
  });

  return operationRouter(config.deployed ? [] : [list]);
}
