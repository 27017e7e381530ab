import type { MongoClientOptions } from 'mongodb';
import type { ActivityBounds } from '../../lib/activity/activity.ts';
import type { EventsJob } from '../../lib/activity/told-event.ts';
import type { Config } from '../../lib/base/config.ts';
import type { Log, LogFields } from '../../lib/base/log.ts';
import type { Hooks } from '../../lib/flows/shared/hooks.ts';
import { accountFunction } from '../../lib/functions/account.ts';
import { adminFunction } from '../../lib/functions/admin.ts';
import { type AdminServices, createAdminServices } from '../../lib/functions/admin-parts.ts';
import { authFunction } from '../../lib/functions/auth.ts';
import { authorizerFunction } from '../../lib/functions/authorizer.ts';
import { docsFunction } from '../../lib/functions/docs.ts';
import { exampleFunction } from '../../lib/functions/example.ts';
import { healthFunction } from '../../lib/functions/health.ts';
import { mailFunction } from '../../lib/functions/mail.ts';
import { pagesFunction } from '../../lib/functions/pages.ts';
import { createPageServices, type PageServices } from '../../lib/functions/parts.ts';
import { sessionsFunction } from '../../lib/functions/sessions.ts';
import type { Mailer } from '../../lib/mail/mailer.ts';
import type { RunMailJob } from '../../lib/mail/run-job.ts';
import type { Store } from '../../lib/store/contract.ts';
import { createMongo, type Mongo } from '../../lib/store/mongo/client.ts';
import { createMongoStore } from '../../lib/store/mongo/store.ts';
import { namedStore } from '../../lib/store/named-operations.ts';
import { openSql } from '../../lib/store/open-sql.ts';
import { readConfig } from '../../lib/store/read-config.ts';
import { createSqlStore } from '../../lib/store/sql/store.ts';
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
  /** Takes what other systems are told of, where there is an `EVENT_BUS`. */
  handEvents?: (job: EventsJob) => Promise<void>;
  /** Code of whoever runs it. */
  hooks?: Hooks;
  /** Makes and checks hashes instead. */
  passwords?: Passwords;
  /** How much activity is kept of one user; unless told nothing is pruned, so that a request's commands are the same. */
  activityBounds?: ActivityBounds;
}

/** What every store's way to its database has; tests put themselves before `run`. */
export interface Link {
  run<T>(operation: (...given: never[]) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One instance of each function, as Lambda would start it: services of its own, nothing shared but the database. */
export interface Instance {
  config: Config;
  services: PageServices & AdminServices;
  /** The way to its store. */
  link: Link;
  /** The same, for tests that are about MongoDB alone. */
  readonly mongo: Mongo;
  log: LogLine[];
  handlers: {
    auth: TestHandler;
    account: TestHandler;
    admin: TestHandler;
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
    ...environmentOf(options.database),
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
  const own = {
    log: memoryLog(log),
    activityBounds: options.activityBounds ?? { most: 2000, prunesNow: () => false },
    ...(options.now && { now: options.now }),
    ...(options.mailer && { mailer: options.mailer }),
    ...(passwords && { passwords }),
  };
  const { link, store } = openTestStore(config, options.mongoOptions);
  const given = {
    ...own,
    store,
    ...(options.handMail && { handMail: options.handMail }),
    ...(options.hooks && { hooks: options.hooks }),
    ...(options.handEvents && { handEvents: options.handEvents }),
  };
  const instance = whenAsked({
    services: () => ({ ...createAdminServices(config, given), ...createPageServices(config, given) }),
  });
  return Object.assign(instance, {
    config,
    link,
    mongo: link as unknown as Mongo,
    log,
    handlers: whenAsked({
      auth: () => authFunction(config, given),
      account: () => accountFunction(config, given),
      admin: () => adminFunction(config, given),
      sessions: () => sessionsFunction(config, given),
      mail: () => mailFunction(config, given),
      health: () => healthFunction(config, given),
      example: () => exampleFunction(config, given),
      authorizer: () => authorizerFunction(config, given),
      docs: () => docsFunction(config, given),
      pages: () => pagesFunction(config, given),
    }),
    end: () => link.close(),
  });
}

/** Each made when it is asked for, once: a test needs few functions, and making all of them took a fifth of the time. */
function whenAsked<const Makers extends Record<string, () => unknown>>(makers: Makers) {
  const made = {};
  for (const [name, make] of Object.entries(makers))
    Object.defineProperty(made, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        const value = make();
        Object.defineProperty(made, name, { value, enumerable: true, writable: true, configurable: true });
        return value;
      },
    });
  return made as { [Name in keyof Makers]: ReturnType<Makers[Name]> };
}

/** The variables that name a database, by what its URI begins with. */
export function environmentOf({ uri, name }: { uri: string; name: string }): NodeJS.ProcessEnv {
  const [, scheme = ''] = /^([a-z]+)/.exec(uri) ?? [];
  if (scheme === 'mongodb') return { STORE: 'mongodb', MONGODB_URI: uri, MONGODB_DB: name };
  return { STORE: scheme === 'postgresql' ? 'postgres' : scheme, DATABASE_URL: uri };
}

function openTestStore(config: Config, mongoOptions: MongoClientOptions = {}): { link: Link; store: Store } {
  if (config.store === 'mongodb') {
    const mongo = createMongo(config, { monitorCommands: true, ...mongoOptions });
    return { link: mongo as unknown as Link, store: namedStore(createMongoStore(mongo, config)) };
  }
  const sql = openSql(config);
  // So that what takes the place of `run` is what the store runs by.
  const store = namedStore(createSqlStore({ ...sql, run: (operation) => sql.run(operation) }));
  return { link: sql as unknown as Link, store };
}

function memoryLog(lines: LogLine[]): Log {
  const at =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
