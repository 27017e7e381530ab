import type { Config } from '../../base/config.ts';
import type { Outbox } from '../../mail/outbox.ts';
import { readerOn } from '../../web/reader.ts';
import { implement, operationRouter } from '../../web/router.ts';
import * as api from './operations.ts';

export interface OutboxRoutesOptions {
  config: Pick<Config, 'publicUrl' | 'appName' | 'deployed'>;
  outbox: Outbox;
}

/** The route `/dev/outbox`, which is not there in a deployed stage: JSON, and a page to whoever prefers HTML. */
export function outboxRoutes({ config, outbox }: OutboxRoutesOptions) {
  const list = implement(api.listOutbox, async ({ query: { to }, req, res }) => {
    const messages = await outbox.list(to);
    res.vary('Accept');
    if (req.accepts(['application/json', 'text/html']) !== 'text/html') return void res.json({ messages });
    // Loaded at the first page: a deployed function never reads what renders HTML.
    const [{ createSendPage }, { outboxPage }] = await Promise.all([
      import('../../web/page/send-page.tsx'),
      import('./outbox-page.tsx'),
    ]);
    createSendPage(config)(
      req,
      res,
      outboxPage(readerOn(req).language, { messages, to, publicUrl: config.publicUrl }),
    );
  });

  return operationRouter(config.deployed ? [] : [list]);
}
