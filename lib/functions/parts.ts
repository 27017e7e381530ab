import { type Activity, createActivity } from '../activity/activity.ts';
import type { EventQueue } from '../activity/event-queue.ts';
import { invokeMailFunction } from '../aws/invoke-mail.ts';
import type { ConfigFor } from '../base/config.ts';
import { createPasswordChange, type PasswordChange } from '../flows/account/password-change.ts';
import { type Accounts, createAccounts } from '../flows/account/service.ts';
import { createEmailAddresses, type EmailAddresses } from '../flows/email-address/service.ts';
import type { EventKind } from '../flows/events.ts';
import type { mails } from '../flows/letters.ts';
import { limitRules as rules } from '../flows/limits.ts';
import { createPasswordResets, type PasswordResets } from '../flows/password-reset/service.ts';
import { personalDataParts } from '../flows/personal-data.ts';
import { createFactorChanges, type FactorChanges } from '../flows/second-factor/factor-changes.ts';
import { createPasskeyChanges, type PasskeyChanges } from '../flows/second-factor/passkey-changes.ts';
import { createProviderChanges, type ProviderChanges } from '../flows/second-factor/provider-changes.ts';
import { createSecondFactorSteps, type SecondFactorSteps } from '../flows/second-factor/service.ts';
import { createOwnSessions, type OwnSessions } from '../flows/sessions/service.ts';
import { createMailedLinks, type MailedLinks } from '../flows/shared/mailed-links.ts';
import { createPasskeyChallenges, type PasskeyChallenges } from '../flows/shared/passkey-challenges.ts';
import { createPersonalData, type PersonalData } from '../flows/shared/personal-data.ts';
import { createAttempts } from '../flows/shared/providers/attempts.ts';
import { createProviderStart, type ProviderStart } from '../flows/shared/providers/provider-start.ts';
import { createProviders } from '../flows/shared/providers/providers.ts';
import { relyingPartyOf } from '../flows/shared/relying-party.ts';
import { createSignIn, type SignIn } from '../flows/shared/sign-in.ts';
import { createSignUpGate } from '../flows/shared/sign-up-gate.ts';
import { undoEmail } from '../flows/shared/token-kinds.ts';
import { createEmailCodes, type EmailCodes } from '../flows/sign-in/email-code/service.ts';
import { createProviderLogout, type ProviderLogout } from '../flows/sign-in/providers/provider-logout.ts';
import { createProviderSignIn, type ProviderSignIn } from '../flows/sign-in/providers/service.ts';
import { createSignUps, type SignUps } from '../flows/sign-in/sign-up/service.ts';
import { hooks as ownHooks } from '../hooks.ts';
import { createLimits, type Limits } from '../limits/limits.ts';
import type { JobOf } from '../mail/mail-kind.ts';
import { createMailQueue, type MailQueue } from '../mail/queue.ts';
import type { RunMailJob } from '../mail/run-job.ts';
import { createDevices, type Devices } from '../sessions/devices.ts';
import { createPrepared, type Prepared } from '../store/prepared.ts';
import { createProviderEnds } from '../tokens/provider-ends.ts';
import { createRepeats, type Repeats } from '../tokens/repeats.ts';
import { createSpentChallenges } from '../tokens/spent-challenges.ts';
import { type CredentialLocks, createCredentialLocks } from '../users/credential-lock.ts';
import { createLastAdmin, type LastAdmin } from '../users/last-admin.ts';
import { createPasskeys, type Passkeys } from '../users/passkeys.ts';
import { createPasswordPolicy, type PasswordPolicy } from '../users/password-policy.ts';
import { createPasswords, type Passwords } from '../users/passwords.ts';
import { createSeal } from '../users/seal.ts';
import { createSecondFactors, type SecondFactors } from '../users/second-factors.ts';
import { createTotp } from '../users/totp.ts';
import { type CoreServices, createCore, createStores, type Given, type StoreServices } from './core.ts';
import { openEventQueue } from './event-parts.ts';

/** What the functions ask for of the environment. */
export type SessionConfig = ConfigFor<'http' | 'database' | 'sessions' | 'activity'>;
export type AuthConfig = ConfigFor<'http' | 'database' | 'sessions' | 'activity' | 'accounts'>;

/** What knows of sessions, begins and ends them. */
interface SessionParts<C> extends StoreServices<C> {
  sessions: SignIn;
  activity: Activity<EventKind>;
  eventQueue: EventQueue | undefined;
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
  secondFactors: SecondFactors;
  limits: Limits;
  passkeys: Passkeys;
  passkeyChallenges: PasskeyChallenges;
  prepared: Prepared;
  repeats: Repeats;
  signUps: SignUps;
  emailCodes: EmailCodes;
  mailQueue: MailQueue<JobOf<typeof mails>>;
  accounts: Accounts;
  passwordChange: PasswordChange;
  secondFactorSteps: SecondFactorSteps;
  factorChanges: FactorChanges;
  passkeyChanges: PasskeyChanges;
  providerStart: ProviderStart;
  providerSignIn: ProviderSignIn;
  providerLogout: ProviderLogout;
  providerChanges: ProviderChanges;
  emailAddresses: EmailAddresses;
  passwordResets: PasswordResets;
  mailedLinks: MailedLinks;
  personalData: PersonalData;
  locks: CredentialLocks;
  lastAdmin: LastAdmin;
}

/** What the pages need: all that people do by themselves. */
export interface PageServices extends AuthServices, SessionServices<AuthConfig> {}

function createSessionParts<C extends SessionConfig>(
  config: C,
  given: Given,
): SessionParts<C> & { locks: CredentialLocks } {
  const core = createStores(createCore(config, given));
  const { activityBounds: bounds } = given;
  const eventQueue = openEventQueue({ ...given, ...core });
  const activity = createActivity({ ...core, eventQueue, ...(bounds && { bounds }) });
  const devices = createDevices({ ...core, records: core.store.sessions });
  const undoMs = undoEmail.lifetimeMs;
  const locks = createCredentialLocks({ ...core, records: core.store.users, undoMs });
  const sessions = createSignIn({ ...core, locks, devices, activity });
  return { ...core, activity, eventQueue, devices, locks, sessions };
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
  const limits = createLimits({ ...core, rules });
  const prepared = createPrepared(core);
  const hand = given.handMail ?? handMail(core, given);
  const mailQueue: AuthServices['mailQueue'] = createMailQueue({ log, hand });
  const repeats = createRepeats(core);
  const seal = createSeal(config.sessionSecrets, 'totp');
  const totp = createTotp({ seal, issuer: config.appName });
  const providerIds = new Set(config.oidcProviders.map(({ id }) => id));
  const secondFactors = createSecondFactors({ ...core, records: core.store.users, totp, providerIds });
  const lastAdmin = createLastAdmin(core);
  const recorded = { ...core, limits, repeats, secondFactors, lastAdmin };
  const personalData = createPersonalData({ ...recorded, parts: personalDataParts });
  const passkeys = createPasskeys({
    ...core,
    records: core.store.users,
    relyingParty: relyingPartyOf(config),
  });
  const spentChallenges = createSpentChallenges(core);
  const passkeyChallenges = createPasskeyChallenges({ ...core, spentChallenges });
  const attempts = createAttempts({ ...core, spentChallenges });
  const providerStart = createProviderStart({ ...core, providers: createProviders(core), attempts });
  const guarded = { passwords, passwordPolicy, limits, secondFactors, passkeys, passkeyChallenges };
  const signUpGate = createSignUpGate(given.hooks ?? ownHooks);
  const kept = { prepared, signUpGate, mailQueue, personalData, repeats, providerStart, lastAdmin };
  const parts = { ...core, ...guarded, ...kept, providerEnds: createProviderEnds(core) };
  const providerChanges = createProviderChanges(parts);
  return {
    ...parts,
    signUps: createSignUps(parts),
    emailCodes: createEmailCodes(parts),
    accounts: createAccounts(parts),
    passwordChange: createPasswordChange(parts),
    secondFactorSteps: createSecondFactorSteps(parts),
    factorChanges: createFactorChanges(parts),
    passkeyChanges: createPasskeyChanges(parts),
    providerChanges,
    providerSignIn: createProviderSignIn({ ...parts, attempts, providerLinks: providerChanges }),
    providerLogout: createProviderLogout({ ...parts, spentChallenges }),
    emailAddresses: createEmailAddresses(parts),
    passwordResets: createPasswordResets(parts),
    mailedLinks: createMailedLinks(core),
  };
}

/** Hands jobs to the function `mail`; in `dev` and `test`, where there is no Lambda to queue them, does them at once. */
function handMail(core: CoreServices<AuthConfig>, given: Given): RunMailJob {
  const { config, log, now, store } = core;
  if (config.deployed) return invokeMailFunction(config.mailFunction);
  let run: RunMailJob | undefined;
  return async function mailHere(job) {
    // Loaded at the first job: a deployed function never reads what mails.
    const { createMailServices } = await import('./mail-parts.ts');
    const unsent = { mailFrom: undefined, smtpServer: undefined };
    run ??= createMailServices({ ...config, ...unsent }, { ...given, log, now, store }).runMailJob;
    await run(job);
  };
}

/** Wires all that people do by themselves, without any I/O. */
export function createPageServices(...given: Parameters<typeof createAuthServices>): PageServices {
  const services = createAuthServices(...given);
  return { ...services, ownSessions: createOwnSessions(services) };
}
