import { readConfig } from '../lib/config.ts';
import { authorizerHandler } from '../lib/lambda/authorizer.ts';
import { createCore } from '../lib/services.ts';
import { createSessionReader } from '../lib/session/read-session.ts';

const core = createCore(readConfig(process.env, 'database', 'sessions'));

export const handler = authorizerHandler({ log: core.log, readSession: createSessionReader(core) });
