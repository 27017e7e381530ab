import { readEnvironment } from '../lib/environment.ts';
import { createApp } from '../lib/http/app.ts';
import { httpHandler } from '../lib/lambda/http-handler.ts';
import { createLog } from '../lib/log.ts';
import { exampleRoutes } from '../lib/routes/example.ts';

const config = readEnvironment(process.env, 'http');
const log = createLog(config.logLevel);

export const handler = httpHandler(createApp({ config, log, before: [], routes: exampleRoutes() }), { log });
