import type { MongoClientOptions } from 'mongodb';
import type { ActivityBounds } from '../../lib/activity/activity.ts';
import { type Config, readConfig } from '../../lib/config.ts';
import { apiApp } from '../../lib/http/api-app.ts';
import { createApp } from '../../lib/http/app.ts';
import { pageApp } from '../../lib/http/page-app.ts';
import { authorizerHandler } from '../../lib/lambda/authorizer.ts';
import { httpHandler } from '../../lib/lambda/http-handler.ts';
import { mailHandler } from '../../lib/lambda/mail-jobs.ts';
import type { Log, LogFields } from '../../lib/log.ts';
import type { Mailer } from '../../lib/mail/mailer.ts';
import type { RunMailJob } from '../../lib/mail/run-job.ts';
import { errorPages } from '../../lib/pages/error-page.tsx';
import { accountRoutes } from '../../lib/routes/account.ts';
import { authFunctionRoutes } from '../../lib/routes/auth-function.ts';
import { docsRoutes } from '../../lib/routes/docs.tsx';
import { exampleRoutes } from '../../lib/routes/example.ts';
import { healthRoutes } from '../../lib/routes/health.ts';
import { pageRoutes } from '../../lib/routes/pages.ts';
import { sessionRoutes } from '../../lib/routes/sessions.ts';
import { createCore, createMailServices, createPageServices, type PageServices } from '../../lib/services.ts';
import { createSessionReader } from '../../lib/session/read-session.ts';
import { createPasswords, type Passwords } from '../../lib/users/passwords.ts';
import type { TestHandler } from './events/client.ts';

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: LogFields;
}

export interface InstanceOptions {
  /** Of `testDatabase()`, or of anything that is not there. */
  database: { uri: string; name: string };
  /**
   * Environment variables beside those of a cheap test stage. Hashes cost 2^4 rounds, which takes a millisecond;
   * tests that are about hashes name a `BCRYPT_COST`.
   */
  environment?: NodeJS.ProcessEnv;
  now?: () => Date;
  mongoOptions?: MongoClientOptions;
  /** Sends mails instead of the outbox. */
  mailer?: Mailer;
  /** Takes mail jobs instead of doing them at once; `handlers.mail` does one. */
  handMail?: RunMailJob;
  /** Makes and checks hashes instead. */
  passwords?: Passwords;
  /** How much activity is kept of one user; unless told nothing is pruned, so that a request's commands are the same. */
  activityBounds?: ActivityBounds;
}

/** One instance of each function, as Lambda would start it: services of its own, nothing shared but the database. */
export interface Instance {
  config: Config;
  services: PageServices;
  log: LogLine[];
  handlers: {
    auth: TestHandler;
    account: TestHandler;
    sessions: TestHandler;
    mail: TestHandler;
    health: TestHandler;
    example: TestHandler;
    authorizer: TestHandler;
    docs: TestHandler;
    pages: TestHandler;
  };
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
    // All clients of a test share one address; those that test the limits say 1.
    RATE_LIMIT_FACTOR: '1000',
    ...options.environment,
  });
  const log: LogLine[] = [];
  const cheap = options.environment?.BCRYPT_COST
    ? undefined
    : createPasswords({ cost: 4, pepper: config.passwordPepper });
  const passwords = options.passwords ?? cheap;
  const overrides = {
    log: memoryLog(log),
    activityBounds: options.activityBounds ?? { most: 2000, prunesNow: () => false },
    ...(options.now && { now: options.now }),
    ...(options.mailer && { mailer: options.mailer }),
    ...(passwords && { passwords }),
    ...(options.mongoOptions && { mongoOptions: options.mongoOptions }),
  };
  const core = createCore(config, overrides);
  const { runMailJob } = createMailServices(config, overrides, core);
  // Elsewhere the bundle of `mail` beside the caller's does it; here the jobs share what the test passes in.
  const handMail = options.handMail ?? (config.deployed ? undefined : runMailJob);
  const mail = handMail ? { handMail } : {};
  const services = createPageServices(config, { ...overrides, ...mail }, core);
  const answerProblem = errorPages(config);
  return {
    config,
    services,
    log,
    handlers: {
      auth: httpHandler(apiApp(services, authFunctionRoutes(services)), services),
      account: httpHandler(apiApp(services, accountRoutes(services)), services),
      sessions: httpHandler(apiApp(services, sessionRoutes(services)), services),
      mail: mailHandler({ log: services.log, run: runMailJob }),
      health: httpHandler(createApp({ ...services, before: [], routes: healthRoutes(services) }), services),
      example: httpHandler(createApp({ ...services, before: [], routes: exampleRoutes() }), services),
      authorizer: authorizerHandler({ log: services.log, readSession: createSessionReader(services) }),
      docs: httpHandler(
        createApp({ ...services, before: [], routes: docsRoutes(config), answerProblem }),
        services,
      ),
      pages: httpHandler(pageApp(services, pageRoutes(services), answerProblem), services),
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
