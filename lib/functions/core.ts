import type { ActivityBounds } from '../activity/activity.ts';
import type { EventsJob } from '../activity/told-event.ts';
import type { ConfigFor } from '../base/config.ts';
import { createLog, type Log } from '../base/log.ts';
import type { Hooks } from '../flows/shared/hooks.ts';
import { signUp } from '../flows/shared/token-kinds.ts';
import type { Mailer } from '../mail/mailer.ts';
import { createOutbox, type Outbox } from '../mail/outbox.ts';
import type { RunMailJob } from '../mail/run-job.ts';
import type { Connections } from '../store/connections.ts';
import type { Store } from '../store/contract.ts';
import { openStore } from '../store/open-store.ts';
import { createOneTimeTokens, type OneTimeTokens } from '../tokens/one-time-tokens.ts';
import { createWaitingSignUps, type WaitingSignUps } from '../tokens/waiting-sign-ups.ts';
import type { Passwords } from '../users/passwords.ts';
import { createUsers, type Users } from '../users/repository.ts';
import { printMail } from './print-mail.ts';

/** What every function needs that reaches the database; `C` is the configuration that it asked for. */
export interface CoreServices<C = ConfigFor<'database'>> {
  config: C;
  log: Log;
  now: () => Date;
  store: Store;
}

/** What the functions that mail and those that have mails sent both work with. */
export interface StoreServices<C> extends CoreServices<C> {
  users: Users;
  tokens: OneTimeTokens;
  waitingSignUps: WaitingSignUps;
  outbox: Outbox;
}

/** Parts that tests pass in. */
export interface Given {
  /** In place of a store of the function's own: the functions of a test share one. */
  store?: Store;
  /** Hears of the connections of a store that is the function's own. */
  connections?: Connections;
  now?: () => Date;
  log?: Log;
  mailer?: Mailer;
  passwords?: Passwords;
  /** How much activity is kept of one user, and when more than that is looked for. */
  activityBounds?: ActivityBounds;
  /** Takes mail jobs, in place of the function `mail`. */
  handMail?: RunMailJob;
  /** Takes what other systems are told of, in place of the function `mail`. */
  handEvents?: (job: EventsJob) => Promise<void>;
  /** In place of those of `lib/hooks.ts`. */
  hooks?: Hooks;
}

/** Wires the core from the configuration, without any I/O. */
export function createCore<C extends ConfigFor<'database'>>(config: C, given: Given = {}): CoreServices<C> {
  return {
    config,
    log: given.log ?? createLog(config.logLevel),
    now: given.now ?? (() => new Date()),
    store: given.store ?? openStore(config, given.connections),
  };
}

/** Wires what mails and what has mails sent both work with, without any I/O. */
export function createStores<C extends ConfigFor<'database'>>(core: CoreServices<C>): StoreServices<C> {
  const print = core.config.stage === 'dev' ? { print: printMail } : {};
  const tokens = createOneTimeTokens(core);
  return {
    ...core,
    users: createUsers(core.store.users),
    tokens,
    waitingSignUps: createWaitingSignUps({ ...core, tokens, waitsMs: signUp.lifetimeMs }),
    outbox: createOutbox({ ...core, ...print }),
  };
}
