import type { Request } from 'express';
import type { Config } from '../../../base/config.ts';
import type { Limits } from '../../../limits/limits.ts';
import type { JobOf } from '../../../mail/mail-kind.ts';
import type { MailQueue } from '../../../mail/queue.ts';
import type { Prepared } from '../../../store/prepared.ts';
import type { WaitingSignUps } from '../../../tokens/waiting-sign-ups.ts';
import { emailKey } from '../../../users/email.ts';
import type { Users } from '../../../users/repository.ts';
import { askedLanguage } from '../../../web/reader.ts';
import { isEmailTaken } from '../../shared/email-taken.ts';
import { Email, Name } from '../../shared/fields.ts';
import type { sharedMails } from '../../shared/letters.ts';
import type { CallbackProblem } from '../../shared/providers/callback-problems.ts';
import { methodOf, type Profile, type Provider, type Shown } from '../../shared/providers/provider.ts';
import type { SignIn } from '../../shared/sign-in.ts';
import type { SignUpGate } from '../../shared/sign-up-gate.ts';
import type { Proof } from '../../shared/way-in.ts';

/** Makes accounts for who comes by a provider for the first time. */
export interface NewAccounts {
  /**
   * Makes an account and signs the request in.
   *
   * An identity is never joined to an account of its address, whoever has confirmed that: neither does it hand an
   * account to somebody else, nor is one that somebody made before handed to its owner (Sudhodanan and Paverd, 2022).
   *
   * @param how as of a proof.
   * @returns why there is none, or null.
   * @throws {Problem} 403 `sign_up_refused`, 429 `rate_limited`, 503 `not_prepared`.
   */
  signUp(
    req: Request,
    provider: Provider,
    shown: Pick<Shown, 'identity'> & { readonly told: Profile },
    how: Pick<Proof, 'methods' | 'assurance' | 'providerSession'>,
  ): Promise<CallbackProblem | null>;
}

export interface NewAccountsOptions {
  config: Pick<Config, 'requireVerifiedEmail'>;
  users: Users;
  limits: Limits;
  prepared: Prepared;
  signUpGate: SignUpGate;
  waitingSignUps: WaitingSignUps;
  sessions: SignIn;
  mailQueue: MailQueue<JobOf<typeof sharedMails>>;
  now: () => Date;
}

export function createNewAccounts(options: NewAccountsOptions): NewAccounts {
  const { config, users, limits, prepared, waitingSignUps, sessions, mailQueue, signUpGate, now } = options;

  return {
    signUp: async (req, provider, { identity, told }, how) => {
      const address = Email.safeParse(told.email);
      const { emailVerified } = told;
      if (!address.success || (config.requireVerifiedEmail && !emailVerified)) return 'provider_failed';
      const email = address.data;
      await prepared.requireUnique();
      await limits.signUp(req.ip);
      const name = Name.safeParse(told.name).data ?? null;
      await signUpGate(req, { email, name, method: methodOf(provider.settings) });
      if (await users.findByEmail(email)) return 'account_exists';
      const createdAt = now();
      const draft = await users.draft({
        email,
        name,
        language: askedLanguage(req),
        passwordHash: undefined,
        createdAt,
        identity: { ...identity, provider: provider.settings.id },
        ...(emailVerified && { emailVerifiedAt: createdAt }),
      });
      const { user, credentialsVersion } = draft.credentials;
      // Guesses at an account that was not there yet are not held against this one.
      await limits.unlock(emailKey(email));
      try {
        await sessions.complete(req, { ...how, credentials: draft.credentials, makeAccount: draft.store });
      } catch (error) {
        if (isEmailTaken(error)) return 'account_exists';
        throw error;
      }
      // Sign-ups of this address that wait for its confirmation are void: it has an account.
      if (emailVerified) await waitingSignUps.endAll(email);
      else await mailQueue.enqueue({ kind: 'verify_email', userId: user.id, credentialsVersion, to: email });
      return null;
    },
  };
}
