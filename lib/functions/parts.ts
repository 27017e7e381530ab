import { type Activity, type ActivityBounds, createActivity } from '../activity/activity.ts';
import { callMailFunction, invokeMailFunction } from '../aws/invoke-mail.ts';
import { createSesMailer } from '../aws/ses-mailer.ts';
import type { ConfigFor } from '../base/config.ts';
import { createLog, type Log } from '../base/log.ts';
import { createPasswordChange, type PasswordChange } from '../flows/account/password-change.ts';
import { type Accounts, createAccounts } from '../flows/account/service.ts';
import { createEmailAddresses, type EmailAddresses } from '../flows/email-address/service.ts';
import type { EventKind } from '../flows/events.ts';
import { mails } from '../flows/letters.ts';
import { createPasswordResets, type PasswordResets } from '../flows/password-reset/service.ts';
import { createOwnSessions, type OwnSessions } from '../flows/sessions/service.ts';
import { createMailedLinks, type MailedLinks } from '../flows/shared/mailed-links.ts';
import { createPersonalData, type PersonalData } from '../flows/shared/personal-data.ts';
import { createSignIn, type SignIn } from '../flows/shared/sign-in.ts';
import { type Access, createAccess } from '../flows/sign-in/service.ts';
import { createSignUps, type SignUps } from '../flows/sign-in/sign-up/service.ts';
import { createLimits, type Limits } from '../limits/limits.ts';
import type { JobOf } from '../mail/mail-kind.ts';
import type { Mailer } from '../mail/mailer.ts';
import { createOutbox, type Outbox } from '../mail/outbox.ts';
import { createMailQueue, type MailQueue } from '../mail/queue.ts';
import { createMailRunner, type RunMailJob } from '../mail/run-job.ts';
import { createSentJobs } from '../mail/sent-jobs.ts';
import { createDevices, type Devices } from '../sessions/devices.ts';
import type { Store } from '../store/contract.ts';
import { createMongo, type Mongo, type MongoClientOptions } from '../store/mongo/client.ts';
import { createMongoStore } from '../store/mongo/store.ts';
import { createPrepared, type Prepared } from '../store/prepared.ts';
import { createOneTimeTokens, type OneTimeTokens } from '../tokens/one-time-tokens.ts';
import { createRepeats, type Repeats } from '../tokens/repeats.ts';
import { createWaitingSignUps, type WaitingSignUps } from '../tokens/waiting-sign-ups.ts';
import { type CredentialLocks, createCredentialLocks } from '../users/credential-lock.ts';
import { createPasswordPolicy, type PasswordPolicy } from '../users/password-policy.ts';
import { createPasswords, type Passwords } from '../users/passwords.ts';
import { createUsers, type Users } from '../users/repository.ts';
import { printMail } from './print-mail.ts';

/** What every function needs that reaches the database; `C` is the configuration that it asked for. */
export interface CoreServices<C = ConfigFor<'database'>> {
  config: C;
  log: Log;
  now: () => Date;
  /** The client of the store; tests look at it. */
  mongo: Mongo;
  store: Store;
}

/** What the functions ask for of the environment. */
export type MailConfig = ConfigFor<'database' | 'mail'>;
export type SessionConfig = ConfigFor<'http' | 'database' | 'sessions' | 'activity'>;
export type AuthConfig = ConfigFor<'http' | 'database' | 'sessions' | 'activity' | 'accounts'>;

/** What the functions that mail and those that have mails sent both work with. */
interface StoreServices<C> extends CoreServices<C> {
  users: Users;
  tokens: OneTimeTokens;
  waitingSignUps: WaitingSignUps;
  outbox: Outbox;
}

/** What the function `mail` needs. */
export interface MailServices extends StoreServices<MailConfig> {
  runMailJob: RunMailJob;
}

/** What knows of sessions, begins and ends them. */
interface SessionParts<C> extends StoreServices<C> {
  sessions: SignIn;
  activity: Activity<EventKind>;
  /** Sessions by user; `ownSessions` is what their owner does with them. */
  devices: Devices;
}

/** What the function `sessions` needs. */
export interface SessionServices<C = SessionConfig> extends SessionParts<C> {
  ownSessions: OwnSessions;
}

/** What the functions that sign people in, or keep their accounts, need. */
export interface AuthServices extends SessionParts<AuthConfig> {
  passwords: Passwords;
  passwordPolicy: PasswordPolicy;
  limits: Limits;
  prepared: Prepared;
  repeats: Repeats;
  access: Access;
  signUps: SignUps;
  mailQueue: MailQueue<JobOf<typeof mails>>;
  accounts: Accounts;
  passwordChange: PasswordChange;
  emailAddresses: EmailAddresses;
  passwordResets: PasswordResets;
  mailedLinks: MailedLinks;
  personalData: PersonalData;
}

/** What the pages need: all that people do by themselves. */
export interface PageServices extends AuthServices, SessionServices<AuthConfig> {}

/** Parts that tests pass in. */
export interface Given {
  /** In place of a client of the function's own: the functions of a test share one. */
  mongo?: Mongo;
  now?: () => Date;
  log?: Log;
  mongoOptions?: MongoClientOptions;
  mailer?: Mailer;
  passwords?: Passwords;
  /** How much activity is kept of one user, and when more than that is looked for. */
  activityBounds?: ActivityBounds;
  /** Takes mail jobs, in place of the function `mail`. */
  handMail?: RunMailJob;
}

/** Wires the core from the configuration, without any I/O. */
export function createCore<C extends ConfigFor<'database'>>(config: C, given: Given = {}): CoreServices<C> {
  const mongo = given.mongo ?? createMongo(config, given.mongoOptions);
  return {
    config,
    log: given.log ?? createLog(config.logLevel),
    now: given.now ?? (() => new Date()),
    mongo,
    store: createMongoStore(mongo, config),
  };
}

function createStores<C extends ConfigFor<'database'>>(core: CoreServices<C>): StoreServices<C> {
  const print = core.config.stage === 'dev' ? { print: printMail } : {};
  const tokens = createOneTimeTokens(core);
  return {
    ...core,
    users: createUsers(core.store.users),
    tokens,
    waitingSignUps: createWaitingSignUps({ ...core, tokens }),
    outbox: createOutbox({ ...core, ...print }),
  };
}

/** Wires what mails, without any I/O: by Amazon SES in a deployed stage, else into the outbox. */
export function createMailServices(config: MailConfig, given: Given = {}): MailServices {
  const core = createCore(config, given);
  const stores = createStores(core);
  const mailer =
    given.mailer ?? (config.deployed ? createSesMailer({ from: config.mailFrom ?? '' }) : stores.outbox);
  const sentJobs = createSentJobs(core);
  // Mails are counted by address; the factor is of network addresses alone, and no job comes from one.
  const limits = createLimits({ ...core, config: { rateLimitFactor: 1 } });
  return { ...stores, runMailJob: createMailRunner({ ...stores, mails, limits, mailer, sentJobs }) };
}

function createSessionParts<C extends SessionConfig>(
  config: C,
  given: Given,
): SessionParts<C> & { locks: CredentialLocks } {
  const core = createStores(createCore(config, given));
  const { activityBounds: bounds } = given;
  const activity = createActivity({ ...core, ...(bounds && { bounds }) });
  const devices = createDevices({ ...core, records: core.store.sessions });
  const locks = createCredentialLocks({ ...core, records: core.store.users });
  const sessions = createSignIn({ ...core, locks, devices, activity });
  return { ...core, activity, devices, locks, sessions };
}

/** Wires what shows people their sessions, without any I/O. */
export function createSessionServices(config: SessionConfig, given: Given = {}): SessionServices {
  const parts = createSessionParts(config, given);
  return { ...parts, ownSessions: createOwnSessions(parts) };
}

/** Wires what signs people in and keeps their accounts, without any I/O. */
export function createAuthServices(config: AuthConfig, given: Given = {}): AuthServices {
  const core = createSessionParts(config, given);
  const { log } = core;
  const passwords =
    given.passwords ?? createPasswords({ cost: config.bcryptCost, pepper: config.passwordPepper });
  const passwordPolicy = createPasswordPolicy(core);
  const limits = createLimits(core);
  const prepared = createPrepared(core);
  const hand =
    given.handMail ?? (config.deployed ? invokeMailFunction(config.mailFunction) : callMailFunction);
  const mailQueue: AuthServices['mailQueue'] = createMailQueue({ log, hand });
  const repeats = createRepeats(core);
  const personalData = createPersonalData({ ...core, limits, repeats });
  const parts = { ...core, passwords, passwordPolicy, limits, prepared, mailQueue, personalData, repeats };
  return {
    ...parts,
    access: createAccess(parts),
    signUps: createSignUps(parts),
    accounts: createAccounts(parts),
    passwordChange: createPasswordChange(parts),
    emailAddresses: createEmailAddresses(parts),
    passwordResets: createPasswordResets(parts),
    mailedLinks: createMailedLinks(core),
  };
}

/** Wires all that people do by themselves, without any I/O. */
export function createPageServices(...given: Parameters<typeof createAuthServices>): PageServices {
  const services = createAuthServices(...given);
  return { ...services, ownSessions: createOwnSessions(services) };
}
