import type { MongoClientOptions } from 'mongodb';
import type { Config } from './config.ts';
import { createLog, type Log } from './log.ts';
import { createMongo, type Mongo } from './mongo/client.ts';
import { createSignIn, type SignIn } from './session/sign-in.ts';
import { createPasswords, type Passwords } from './users/passwords.ts';
import { createUsers, type Users } from './users/repository.ts';

/** What every function needs. */
export interface CoreServices {
  config: Config;
  log: Log;
  now: () => Date;
  mongo: Mongo;
}

/** What the functions that sign people in need. */
export interface AuthServices extends CoreServices {
  users: Users;
  passwords: Passwords;
  sessions: SignIn;
}

/** Parts that tests pass in. */
export interface Overrides {
  now?: () => Date;
  log?: Log;
  mongoOptions?: MongoClientOptions;
}

/** Wires the core from the configuration, without any I/O. */
export function createCore(config: Config, overrides: Overrides = {}): CoreServices {
  return {
    config,
    log: overrides.log ?? createLog(config.logLevel),
    now: overrides.now ?? (() => new Date()),
    mongo: createMongo(config, overrides.mongoOptions),
  };
}

/** Wires what signs people in, without any I/O. */
export function createAuthServices(config: Config, overrides: Overrides = {}): AuthServices {
  const core = createCore(config, overrides);
  const users = createUsers(core.mongo);
  const passwords = createPasswords({ cost: config.bcryptCost, pepper: config.passwordPepper });
  return { ...core, users, passwords, sessions: createSignIn({ config, users, now: core.now }) };
}
