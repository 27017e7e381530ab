import type { MongoClientOptions } from 'mongodb';
import { type Config, readConfig } from '../../lib/config.ts';
import { apiApp } from '../../lib/http/api-app.ts';
import { createApp } from '../../lib/http/app.ts';
import { httpHandler } from '../../lib/lambda/http-handler.ts';
import type { Log, LogFields } from '../../lib/log.ts';
import { authRoutes } from '../../lib/routes/auth.ts';
import { healthRoutes } from '../../lib/routes/health.ts';
import { type AuthServices, createAuthServices } from '../../lib/services.ts';
import type { TestHandler } from './events/client.ts';

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: LogFields;
}

export interface InstanceOptions {
  /** Of `testDatabase()`, or of anything that is not there. */
  database: { uri: string; name: string };
  /** Environment variables beside those of a cheap test stage. */
  environment?: NodeJS.ProcessEnv;
  now?: () => Date;
  mongoOptions?: MongoClientOptions;
}

/** One instance of each function, as Lambda would start it: services of its own, nothing shared but the database. */
export interface Instance {
  config: Config;
  services: AuthServices;
  log: LogLine[];
  handlers: { auth: TestHandler; health: TestHandler };
  /** Ends the instance, as Lambda does: its connections close. */
  end(): Promise<void>;
}

export const testSecret = 'a test secret of at least 32 characters';

/** Starts an instance. Call it again for a second one, or for what follows a cold start. */
export function startInstance(options: InstanceOptions): Instance {
  const config = readConfig({
    STAGE: 'test',
    MONGODB_URI: options.database.uri,
    MONGODB_DB: options.database.name,
    SESSION_SECRETS: testSecret,
    BCRYPT_COST: '10',
    ...options.environment,
  });
  const log: LogLine[] = [];
  const services = createAuthServices(config, {
    log: memoryLog(log),
    ...(options.now && { now: options.now }),
    ...(options.mongoOptions && { mongoOptions: options.mongoOptions }),
  });
  return {
    config,
    services,
    log,
    handlers: {
      auth: httpHandler(apiApp(services, authRoutes(services))),
      health: httpHandler(createApp({ ...services, before: [], routes: healthRoutes(services) })),
    },
    end: () => services.mongo.close(),
  };
}

function memoryLog(lines: LogLine[]): Log {
  const at =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
