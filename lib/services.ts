import type { MongoClientOptions } from 'mongodb';
import { type Activity, type ActivityBounds, createActivity } from './activity/activity.ts';
import type { ConfigFor } from './config.ts';
import { callMailFunction, invokeMailFunction } from './lambda/hand-mail.ts';
import { createLimits, type Limits } from './limits/limits.ts';
import { createLog, type Log } from './log.ts';
import { createMailJobs, type MailJobs } from './mail/mail-jobs.ts';
import type { Mail, Mailer } from './mail/mailer.ts';
import { createOutbox, type Outbox } from './mail/outbox.ts';
import { createMailRunner, type RunMailJob } from './mail/run-job.ts';
import { createSentJobs } from './mail/sent-jobs.ts';
import { createSesMailer } from './mail/ses-mailer.ts';
import { createMongo, type Mongo } from './mongo/client.ts';
import { createPrepared, type Prepared } from './mongo/prepared.ts';
import { type Access, createAccess } from './session/access.ts';
import { createDevices, type Devices } from './session/devices.ts';
import { createOwnSessions, type OwnSessions } from './session/own-sessions.ts';
import { createSignIn, type SignIn } from './session/sign-in.ts';
import { type Accounts, createAccounts } from './users/account.ts';
import { createClosedSignUp } from './users/closed-sign-up.ts';
import { type CredentialLocks, createCredentialLocks } from './users/credential-lock.ts';
import { createEmailAddresses, type EmailAddresses } from './users/email-addresses.ts';
import { createKnownUsers, type KnownUsers } from './users/known-users.ts';
import { createMailedLinks, type MailedLinks } from './users/mailed-links.ts';
import { createOneTimeTokens, type OneTimeTokens } from './users/one-time-tokens.ts';
import { createPasswordChange, type PasswordChange } from './users/password-change.ts';
import { createPasswordPolicy, type PasswordPolicy } from './users/password-policy.ts';
import { createPasswordResets, type PasswordResets } from './users/password-reset.ts';
import { createPasswords, type Passwords } from './users/passwords.ts';
import { createPersonalData, type PersonalData } from './users/personal-data.ts';
import { createRepeats, type Repeats } from './users/repeats.ts';
import { createUsers, type Users } from './users/repository.ts';
import { createWaitingSignUps, type WaitingSignUps } from './users/waiting-sign-ups.ts';

/** What every function needs that reaches the database; `C` is the configuration that it asked for. */
export interface CoreServices<C = ConfigFor<'database'>> {
  config: C;
  log: Log;
  now: () => Date;
  mongo: Mongo;
}

/** What the functions ask for of the environment. */
type MailConfig = ConfigFor<'database' | 'mail'>;
type SessionConfig = ConfigFor<'http' | 'database' | 'sessions' | 'activity'>;
type AuthConfig = ConfigFor<'http' | 'database' | 'sessions' | 'activity' | 'accounts'>;

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
  activity: Activity;
  /** Sessions by user; `ownSessions` is what their owner does with them. */
  devices: Devices;
}

/** What the function `sessions` needs. */
export interface SessionServices<C = SessionConfig> extends SessionParts<C> {
  ownSessions: OwnSessions;
}

/** What the functions that sign people in, or keep their accounts, need. */
export interface AuthServices extends SessionParts<AuthConfig> {
  knownUsers: KnownUsers;
  passwords: Passwords;
  passwordPolicy: PasswordPolicy;
  limits: Limits;
  prepared: Prepared;
  repeats: Repeats;
  access: Access;
  mailJobs: MailJobs;
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
export interface Overrides {
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
export function createCore<C extends ConfigFor<'database'>>(
  config: C,
  overrides: Overrides = {},
): CoreServices<C> {
  return {
    config,
    log: overrides.log ?? createLog(config.logLevel),
    now: overrides.now ?? (() => new Date()),
    mongo: createMongo(config, overrides.mongoOptions),
  };
}

function createStores<C extends ConfigFor<'database'>>(core: CoreServices<C>): StoreServices<C> {
  const print = core.config.stage === 'dev' ? { print: printMail } : {};
  const tokens = createOneTimeTokens(core);
  return {
    ...core,
    users: createUsers(core.mongo),
    tokens,
    waitingSignUps: createWaitingSignUps({ ...core, tokens }),
    outbox: createOutbox({ ...core, ...print }),
  };
}

/** Wires what mails, without any I/O: by Amazon SES in a deployed stage, else into the outbox. */
export function createMailServices(
  config: MailConfig,
  overrides: Overrides = {},
  core: CoreServices<MailConfig> = createCore(config, overrides),
): MailServices {
  const stores = createStores(core);
  const mailer =
    overrides.mailer ?? (config.deployed ? createSesMailer({ from: config.mailFrom ?? '' }) : stores.outbox);
  const sentJobs = createSentJobs(core);
  // Mails are counted by address; the factor is of network addresses alone, and no job comes from one.
  const limits = createLimits({ ...core, config: { rateLimitFactor: 1 } });
  const runMailJob = createMailRunner({ ...stores, limits, mailer, sentJobs });
  return { ...stores, runMailJob };
}

/** What `npm run dev` shows of a mail, so that its link can be followed. */
function printMail({ to, subject, text }: Mail): void {
  console.log(`mail to ${to}: ${subject}\n${text.trim().replace(/^(?=.)/gm, '  | ')}`);
}

function createSessionParts<C extends SessionConfig>(
  shared: CoreServices<C>,
  { activityBounds: bounds }: Overrides = {},
): SessionParts<C> & { locks: CredentialLocks } {
  const core = createStores(shared);
  const activity = createActivity({ ...core, ...(bounds && { bounds }) });
  const devices = createDevices(core);
  const locks = createCredentialLocks(core);
  const sessions = createSignIn({ ...core, locks, devices, activity });
  return { ...core, activity, devices, locks, sessions };
}

/** Wires what shows people their sessions, without any I/O. */
export function createSessionServices(config: SessionConfig): SessionServices {
  const parts = createSessionParts(createCore(config));
  return { ...parts, ownSessions: createOwnSessions(parts) };
}

/** Wires what signs people in and keeps their accounts, without any I/O. */
export function createAuthServices(
  config: AuthConfig,
  overrides: Overrides = {},
  shared: CoreServices<AuthConfig> = createCore(config, overrides),
): AuthServices {
  const core = createSessionParts(shared, overrides);
  const { log } = core;
  const passwords =
    overrides.passwords ?? createPasswords({ cost: config.bcryptCost, pepper: config.passwordPepper });
  const passwordPolicy = createPasswordPolicy(core);
  const limits = createLimits(core);
  const prepared = createPrepared(core);
  const hand =
    overrides.handMail ?? (config.deployed ? invokeMailFunction(config.mailFunction) : callMailFunction);
  const mailJobs = createMailJobs({ log, hand });
  const repeats = createRepeats(core);
  const personalData = createPersonalData({ ...core, limits, repeats });
  const shares = { ...core, passwords, passwordPolicy, limits, prepared, mailJobs, personalData, repeats };
  const parts = { ...shares, closedSignUp: createClosedSignUp(shares) };
  return {
    ...parts,
    knownUsers: createKnownUsers(core),
    access: createAccess(parts),
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
