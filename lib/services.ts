import type { MongoClientOptions } from 'mongodb';
import { type Activity, createActivity } from './activity/activity.ts';
import type { Config } from './config.ts';
import { invokeMailFunction } from './lambda/mail-jobs.ts';
import { createLimits, type Limits } from './limits/limits.ts';
import { createLog, type Log } from './log.ts';
import { createMailJobs, type MailJobs } from './mail/mail-jobs.ts';
import type { Mail, Mailer } from './mail/mailer.ts';
import { createOutbox, type Outbox } from './mail/outbox.ts';
import { createMailRunner, type RunMailJob } from './mail/run-job.ts';
import { createSentJobs } from './mail/sent-jobs.ts';
import { createSesMailer } from './mail/ses-mailer.ts';
import { createMongo, type Mongo } from './mongo/client.ts';
import { type Access, createAccess } from './session/access.ts';
import { createDevices, type Devices } from './session/devices.ts';
import { createOwnSessions, type OwnSessions } from './session/own-sessions.ts';
import { createSignIn, type SignIn } from './session/sign-in.ts';
import { type Accounts, createAccounts } from './users/account.ts';
import { createCredentialLocks } from './users/credential-lock.ts';
import { createEmailAddresses, type EmailAddresses } from './users/email-addresses.ts';
import { createOneTimeTokens, type OneTimeTokens } from './users/one-time-tokens.ts';
import { createPasswordPolicy, type PasswordPolicy } from './users/password-policy.ts';
import { createPasswordResets, type PasswordResets } from './users/password-reset.ts';
import { createPasswords, type Passwords } from './users/passwords.ts';
import { createPersonalData, type PersonalData } from './users/personal-data.ts';
import { createUsers, type Users } from './users/repository.ts';

/** What every function needs. */
export interface CoreServices {
  config: Config;
  log: Log;
  now: () => Date;
  mongo: Mongo;
}

/** What mails: the function `mail`, and in `dev` and `test` every function that hands it jobs. */
export interface MailServices extends CoreServices {
  users: Users;
  tokens: OneTimeTokens;
  outbox: Outbox;
  runMailJob: RunMailJob;
}

/** What the functions that sign people in, or keep their accounts, need. */
export interface AuthServices extends MailServices {
  passwords: Passwords;
  passwordPolicy: PasswordPolicy;
  limits: Limits;
  sessions: SignIn;
  access: Access;
  activity: Activity;
  /** Sessions by user; `ownSessions` is what their owner does with them. */
  devices: Devices;
  ownSessions: OwnSessions;
  mailJobs: MailJobs;
  accounts: Accounts;
  emailAddresses: EmailAddresses;
  passwordResets: PasswordResets;
  personalData: PersonalData;
}

/** Parts that tests pass in. */
export interface Overrides {
  now?: () => Date;
  log?: Log;
  mongoOptions?: MongoClientOptions;
  mailer?: Mailer;
  passwords?: Passwords;
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

/** Wires what mails, without any I/O: by Amazon SES in a deployed stage, else into the outbox. */
export function createMailServices(config: Config, overrides: Overrides = {}): MailServices {
  const core = createCore(config, overrides);
  const users = createUsers(core.mongo);
  const tokens = createOneTimeTokens(core);
  const outbox = createOutbox({ ...core, ...(config.stage === 'dev' ? { print: printMail } : {}) });
  const mailer =
    overrides.mailer ?? (config.deployed ? createSesMailer({ from: config.mailFrom ?? '' }) : outbox);
  const sentJobs = createSentJobs(core);
  const runMailJob = createMailRunner({ ...core, users, tokens, mailer, sentJobs });
  return { ...core, users, tokens, outbox, runMailJob };
}

/** What `npm run dev` shows of a mail, so that its link can be followed. */
function printMail({ to, subject, text }: Mail): void {
  console.log(`mail to ${to}: ${subject}\n${text.trim().replace(/^(?=.)/gm, '  | ')}`);
}

/** Wires what signs people in and keeps their accounts, without any I/O. */
export function createAuthServices(config: Config, overrides: Overrides = {}): AuthServices {
  const core = createMailServices(config, overrides);
  const { users, tokens, log } = core;
  const passwords =
    overrides.passwords ?? createPasswords({ cost: config.bcryptCost, pepper: config.passwordPepper });
  const passwordPolicy = createPasswordPolicy(core);
  const limits = createLimits(core);
  const activity = createActivity(core);
  const devices = createDevices(core);
  const locks = createCredentialLocks(core);
  const sessions = createSignIn({ ...core, locks, devices, activity });
  const hand = config.deployed ? invokeMailFunction(config.mailFunction) : core.runMailJob;
  const mailJobs = createMailJobs({ log, hand });
  const personalData = createPersonalData({ ...core, locks, devices, tokens, activity, limits });
  const parts = { ...core, passwords, passwordPolicy, limits, activity, devices, sessions, mailJobs };
  const accountParts = { ...parts, locks, users, tokens, personalData };
  return {
    ...parts,
    personalData,
    access: createAccess(parts),
    ownSessions: createOwnSessions(parts),
    accounts: createAccounts(accountParts),
    emailAddresses: createEmailAddresses(accountParts),
    passwordResets: createPasswordResets(accountParts),
  };
}
