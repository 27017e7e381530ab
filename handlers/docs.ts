import { readEnvironment } from '../lib/environment.ts';
import { createApp } from '../lib/http/app.ts';
import { httpHandler } from '../lib/lambda/http-handler.ts';
import { createLog } from '../lib/log.ts';
import { errorPages } from '../lib/pages/error-page.tsx';
import { docsRoutes } from '../lib/routes/docs.tsx';

const config = readEnvironment(process.env, 'http', 'description');
const log = createLog(config.logLevel);
const routes = docsRoutes(config);

export const handler = httpHandler(
  createApp({ config, log, before: [], routes, answerProblem: errorPages(config) }),
  { config, log },
);
