import { readConfig } from '../lib/config.ts';
import { createApp } from '../lib/http/app.ts';
import { httpHandler } from '../lib/lambda/http-handler.ts';
import { exampleRoutes } from '../lib/routes/example.ts';
import { createCore } from '../lib/services.ts';

const core = createCore(readConfig(process.env));

export const handler = httpHandler(createApp({ ...core, before: [], routes: exampleRoutes() }), core);
