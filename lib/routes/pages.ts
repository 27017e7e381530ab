import { operationRouter } from '../http/operations.ts';
import type { PageServices } from '../services.ts';
import { accountPages } from './pages/account.tsx';
import { entryPages } from './pages/entry.tsx';
import { createPageTools } from './pages/page-tools.ts';
import { recoveryPages } from './pages/recovery.tsx';

/** Every page and every form. */
export function pageRoutes(services: PageServices) {
  const tools = createPageTools(services.config);
  return operationRouter([
    ...entryPages(services, tools),
    ...recoveryPages(services, tools),
    ...accountPages(services, tools),
  ]);
}
