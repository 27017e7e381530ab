import type { ConfigFor } from '../../base/config.ts';
import { createSendPage } from '../../web/page/send-page.tsx';
import { implement, operationRouter } from '../../web/router.ts';
import { Docs } from './docs-page.tsx';
import { openApiDocument } from './openapi.ts';
import * as api from './operations.ts';

/** The description changes with a deployment only; a stale one is gone after this, in seconds. */
const cacheControl = 'public, max-age=300';

/** Routes of the API's description, which needs neither a session nor the database. */
export function docsRoutes(config: ConfigFor<'http' | 'description'>) {
  const sendPage = createSendPage(config);
  const document = openApiDocument(config);

  const openApi = implement(api.openApi, async ({ res }) => {
    res.set('Cache-Control', cacheControl).json(document);
  });

  const docs = implement(api.docs, async ({ req, res }) => {
    res.set('Cache-Control', cacheControl);
    sendPage(req, res, { title: 'API', main: <Docs document={document} />, isForAnybody: true });
  });

  return operationRouter([openApi, docs]);
}
