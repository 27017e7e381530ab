import * as z from 'zod/mini';
import type { Language } from '../../base/language.ts';
import { jobFields } from '../../mail/job.ts';
import { type LetterTexts, letterOf, withToken } from '../../mail/letter.ts';
import { type FoundMail, type MailParts, mailKind } from '../../mail/mail-kind.ts';
import type { WaitingSignUp } from '../../tokens/waiting-sign-ups.ts';
import type { TokenHolder } from '../../users/user.ts';
import { sharedLetterTexts } from './texts/texts.ts';
import { signUp as signUpToken, verifyEmail as verifyEmailToken } from './token-kinds.ts';

/** Confirm the address of a new account. */
const verifyEmail = mailKind({
  kind: 'verify_email',
  job: z.object({
    userId: jobFields.id,
    credentialsVersion: jobFields.credentialsVersion,
    to: jobFields.address,
  }),
  find: async ({ userId, credentialsVersion, to }, parts) => {
    const found = await parts.users.findTokenHolderById(userId);
    const unchanged = found?.credentialsVersion === credentialsVersion && found.user.email === to;
    return unchanged ? verificationOf(found, parts) : null;
  },
});

/** Tell that the password is another one, wherever it was changed. */
const passwordChanged = mailKind({
  kind: 'password_changed',
  job: z.object({
    userId: jobFields.id,
    to: jobFields.address,
    /** Whether its owner had confirmed that address. */
    confirmed: z.boolean(),
  }),
  find: (job, parts) =>
    told(parts, job, {
      texts: (language) => sharedLetterTexts[language].passwordChanged,
      path: '/forgot-password',
      confirmed: job.confirmed,
    }),
});

/** Tell that what was set up before the address was confirmed is gone. */
const factorsTakenAway = telling('factors_taken_away', {
  texts: (language) => sharedLetterTexts[language].factorsTakenAway,
  path: '/forgot-password',
});

/** Mails that more than one flow has sent. */
export const sharedMails = [verifyEmail, passwordChanged, factorsTakenAway] as const;

interface Told {
  texts(language: Language): LetterTexts;
  /** Where its link leads. */
  path?: string;
  /** False where the address had not been confirmed by its owner. */
  confirmed?: boolean;
}

/** A letter without a token, to the address that the account had; nothing where the account is gone. */
export async function told(
  { users, site }: Pick<MailParts, 'users' | 'site'>,
  { userId, to }: { userId: string; to: string },
  { texts, path, confirmed = true }: Told,
): Promise<FoundMail | null> {
  const user = await users.findById(userId);
  if (!user) return null;
  const write = async (language: Language) => letterOf(texts(language), site, path);
  return { to, confirmed, userId, language: user.language, write };
}

/** A kind of mail that tells, to an address that its owner had confirmed, what needs no more than whose account it is. */
export function telling<Kind extends string>(kind: Kind, what: Omit<Told, 'confirmed'>) {
  return mailKind({
    kind,
    job: z.object({ userId: jobFields.id, to: jobFields.address }),
    find: (job, parts) => told(parts, job, what),
  });
}

/** Asks the address of an account to be confirmed, where it is not. */
export function verificationOf(found: TokenHolder | null, { site, tokens }: MailParts): FoundMail | null {
  if (!found || found.user.emailVerified) return null;
  const { id: userId, email, language } = found.user;
  return {
    to: email,
    confirmed: false,
    userId,
    language,
    write: async (language) => {
      const token = await tokens.issue(verifyEmailToken, userId, { email });
      return letterOf(sharedLetterTexts[language].verifyEmail, site, withToken('/verify-email', token));
    },
  };
}

/** Asks a sign-up to be confirmed that waits. */
export function confirmationOf(
  waiting: WaitingSignUp | null,
  { site, tokens, waitingSignUps }: MailParts,
): FoundMail | null {
  if (!waiting) return null;
  const { id, email } = waiting;
  const write = async (language: Language) => {
    const token = await tokens.issue(signUpToken, id, { email });
    if (await waitingSignUps.renew(id))
      return letterOf(sharedLetterTexts[language].confirmSignUp, site, withToken('/verify-email', token));
    // Void since it was looked up: another of this address was confirmed.
    await tokens.erase(id);
    return null;
  };
  return { to: email, confirmed: false, userId: null, language: waiting.language ?? null, write };
}

/** Who moved on after something was asked for has no use for it, and somebody else might. */
export function asOf(requestedAt: string, found: TokenHolder | null): TokenHolder | null {
  const changedAt = found?.credentialsChangedAt;
  return changedAt && changedAt > new Date(requestedAt) ? null : found;
}
