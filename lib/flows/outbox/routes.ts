import type { Config } from '../../base/config.ts';
import type { Outbox } from '../../mail/outbox.ts';
import { implement, operationRouter } from '../../web/router.ts';
import * as api from './operations.ts';

export interface OutboxRoutesOptions {
  config: Pick<Config, 'deployed'>;
  outbox: Outbox;
}

/** The route `/dev/outbox`, which is not there in a deployed stage. */
export function outboxRoutes({ config, outbox }: OutboxRoutesOptions) {
  const list = implement(api.listOutbox, async ({ query, res }) => {
    res.json({ messages: await outbox.list(query.to) });
  });

  return operationRouter(config.deployed ? [] : [list]);
}
