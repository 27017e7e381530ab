import type { Config } from '../base/config.ts';
import type { OneTimeTokens } from '../tokens/one-time-tokens.ts';
import type { WaitingSignUp, WaitingSignUps } from '../tokens/waiting-sign-ups.ts';
import type { Users } from '../users/repository.ts';
import type { TokenHolder } from '../users/user.ts';
import type { MailJob } from './job.ts';
import { type Letter, letters } from './letters.ts';

export interface FindMailOptions {
  config: Pick<Config, 'publicUrl'>;
  users: Users;
  tokens: OneTimeTokens;
  waitingSignUps: WaitingSignUps;
}

/** A mail that a job has found to be sent. */
export interface FoundMail {
  to: string;
  /** Whether the address is known to be its owner's; mails to others are counted. */
  confirmed: boolean;
  /** Whom it is about; null where there is no user any more, or not yet. */
  userId: string | null;
  /** Makes the token and the text; null where what it is about ended meanwhile. */
  write(): Promise<Letter | null>;
}

type JobOf<Kind extends MailJob['kind']> = Extract<MailJob, { kind: Kind }>;

/**
 * Wires what a job comes to; null where there is nothing to say.
 *
 * A job may come hours late, twice, and in any order. So it makes a token only where the account stands as it stood
 * when the job was made, and a warning goes where the account's mail went then.
 */
export function createFindMail({ config, users, tokens, waitingSignUps }: FindMailOptions) {
  const site = new URL(config.publicUrl).host;

  return async function findMail(job: MailJob): Promise<FoundMail | null> {
    switch (job.kind) {
      case 'verify_email':
        return verification(job);
      case 'resend':
        return resend(job);
      case 'sign_up':
        return signUp(job);
      case 'forgot_password':
        return reset(job);
      case 'password_changed':
        return told(job, job.confirmed, letters.passwordChanged(site));
      case 'change_email':
        return change(job);
      case 'email_changed':
        return changed(job);
      case 'email_confirmed':
        return told(job, true, letters.emailConfirmed(site));
      case 'email_change_undone':
        return told(job, true, letters.emailChangeUndone(site));
      case 'email_lost':
        return told(job, true, letters.emailLost(site));
      case 'account_deleted':
        return {
          to: job.email,
          confirmed: job.confirmed,
          userId: null,
          write: async () => letters.accountDeleted(site),
        };
    }
  };

  /** A letter without a token, to the address that the account had; nothing where the account is gone. */
  async function told(
    { userId, to }: { userId: string; to: string },
    confirmed: boolean,
    letter: Letter,
  ): Promise<FoundMail | null> {
    return (await users.findById(userId)) && { to, confirmed, userId, write: async () => letter };
  }

  async function verification({ userId, credentialsVersion, to }: JobOf<'verify_email'>) {
    const found = await users.findTokenHolderById(userId);
    const unchanged = found?.credentialsVersion === credentialsVersion && found.user.email === to;
    return unchanged ? verificationFor(found) : null;
  }

  function verificationFor(found: TokenHolder | null): FoundMail | null {
    if (!found || found.user.emailVerified) return null;
    const { id: userId, email } = found.user;
    return {
      to: email,
      confirmed: false,
      userId,
      write: async () => letters.verifyEmail(site, await tokens.issue('verify_email', userId, { email })),
    };
  }

  /** An account that has the address is told of; else the sign-up is asked to be confirmed, if it still waits. */
  async function signUp({ signUpId, email }: JobOf<'sign_up'>): Promise<FoundMail | null> {
    const owner = await users.findByEmail(email);
    if (!owner) return confirmationOf(await waitingSignUps.find(signUpId));
    const write = async () => letters.accountExists(site);
    return { to: owner.email, confirmed: owner.emailVerified, userId: owner.id, write };
  }

  async function resend({ email, requestedAt }: JobOf<'resend'>): Promise<FoundMail | null> {
    const found = await users.findTokenHolderByEmail(email);
    if (found) return verificationFor(asOf(requestedAt, found));
    return confirmationOf(await waitingSignUps.findLatest(email));
  }

  function confirmationOf(waiting: WaitingSignUp | null): FoundMail | null {
    if (!waiting) return null;
    const { id, email } = waiting;
    const write = async () => {
      const token = await tokens.issue('sign_up', id, { email });
      if (await waitingSignUps.renew(id)) return letters.confirmSignUp(site, token);
      // Void since it was looked up: another of this address was confirmed.
      await tokens.erase(id);
      return null;
    };
    return { to: email, confirmed: false, userId: null, write };
  }

  async function reset({ email, requestedAt }: JobOf<'forgot_password'>): Promise<FoundMail | null> {
    const found = asOf(requestedAt, await users.findTokenHolderByEmail(email));
    if (!found) return null;
    const { user, credentialsVersion } = found;
    const data = { email: user.email, credentialsVersion };
    return {
      to: user.email,
      confirmed: user.emailVerified,
      userId: user.id,
      write: async () => letters.resetPassword(site, await tokens.issue('reset_password', user.id, data)),
    };
  }

  /** The request has opened the link; what ended it since leaves nothing to fill, whoever has the address. */
  async function change(job: JobOf<'change_email'>): Promise<FoundMail | null> {
    const { userId, credentialsVersion, newEmail } = job;
    const [found, owner] = await Promise.all([
      users.findTokenHolderById(userId),
      users.findByEmail(newEmail),
    ]);
    if (found?.credentialsVersion !== credentialsVersion) return null;
    const fill = () => tokens.reissue('change_email', userId, { email: newEmail, credentialsVersion });
    const isTaken = owner !== null && owner.id !== userId;
    return {
      to: isTaken ? owner.email : newEmail,
      confirmed: owner?.emailVerified ?? false,
      userId: isTaken ? owner.id : userId,
      write: async () => {
        const token = await fill();
        if (token === null) return null;
        return isTaken ? letters.newEmailTaken(site) : letters.confirmNewEmail(site, token);
      },
    };
  }

  async function changed(job: JobOf<'email_changed'>): Promise<FoundMail | null> {
    const { userId, credentialsVersion: version, to, confirmed, newEmail } = job;
    const found = await users.findTokenHolderById(userId);
    if (!found) return null;
    const undoable = found.addressChanges.find((each) => each.version === version && each.email === to);
    // Taken back since, and told of that.
    if (!undoable && found.user.email === to) return null;
    const data = { email: to, credentialsVersion: version };
    return {
      to,
      confirmed: confirmed || undoable !== undefined,
      userId,
      write: async () =>
        undoable
          ? letters.emailChanged(site, newEmail, await tokens.issue('undo_email', userId, data))
          : letters.emailLost(site),
    };
  }
}

/** Who moved on after something was asked for has no use for it, and somebody else might. */
function asOf(requestedAt: string, found: TokenHolder | null): TokenHolder | null {
  const changedAt = found?.credentialsChangedAt;
  return changedAt && changedAt > new Date(requestedAt) ? null : found;
}
