import * as z from 'zod/mini';
import { jobFields } from '../../mail/job.ts';
import { type Letter, withToken } from '../../mail/letter.ts';
import { type FoundMail, type MailParts, mailKind } from '../../mail/mail-kind.ts';
import { lifetimeOf } from '../../tokens/token-kind.ts';
import type { WaitingSignUp } from '../../tokens/waiting-sign-ups.ts';
import type { TokenHolder } from '../../users/user.ts';
import { signUp as signUpToken, verifyEmail as verifyEmailToken } from './token-kinds.ts';

/** None says a user's name: whoever signs up with another's address could otherwise have us deliver a text of their own. */
export const letters = {
  verifyEmail: (site: string, token: string): Letter => ({
    subject: `Confirm your e-mail address for ${site}`,
    paragraphs: [
      `This address was used to sign up at ${site}. If that was you, confirm it within ${lifetimeOf(verifyEmailToken)}:`,
    ],
    link: { label: 'Confirm e-mail address', path: withToken('/verify-email', token) },
    closing: ['If it was not you, do nothing: this address stays unconfirmed.'],
  }),

  confirmSignUp: (site: string, token: string): Letter => ({
    subject: `Confirm your e-mail address for ${site}`,
    paragraphs: [
      `This address was used to sign up at ${site}. If that was you, confirm it within ${lifetimeOf(signUpToken)}, with the password that you chose at that sign-up:`,
    ],
    link: { label: 'Confirm e-mail address', path: withToken('/verify-email', token) },
    closing: [
      'Only that very password works here: each sign-up has a link of its own.',
      'If it was not you, do nothing: no account is made.',
    ],
  }),

  passwordChanged: (site: string): Letter => ({
    subject: `Your password at ${site} has been changed`,
    paragraphs: [
      `The password of your account at ${site} has just been changed, and every other session has ended.`,
      'If it was you, all is well. If it was not, choose a new password at once:',
    ],
    link: { label: 'Choose a new password', path: '/forgot-password' },
    closing: [],
  }),

  factorsTakenAway: (site: string): Letter => ({
    subject: `Ways to sign in have been removed at ${site}`,
    paragraphs: [
      `This address has just been confirmed for an account at ${site}. The passkeys, apps and sign-ins of other services that were set up before that have been removed, since anybody could have set them up, and every session has ended.`,
      'If they were yours, sign in and set them up anew. If it was not you who signed up, choose a new password first:',
    ],
    link: { label: 'Choose a new password', path: '/forgot-password' },
    closing: [],
  }),
};

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
  find: (job, { users, site }) => told(users, job, letters.passwordChanged(site), job.confirmed),
});

/** Tell that what was set up before the address was confirmed is gone. */
const factorsTakenAway = mailKind({
  kind: 'factors_taken_away',
  job: z.object({ userId: jobFields.id, to: jobFields.address }),
  find: (job, { users, site }) => told(users, job, letters.factorsTakenAway(site)),
});

/** Mails that more than one flow has sent. */
export const sharedMails = [verifyEmail, passwordChanged, factorsTakenAway] as const;

/** A letter without a token, to the address that the account had; nothing where the account is gone. */
export async function told(
  users: MailParts['users'],
  { userId, to }: { userId: string; to: string },
  letter: Letter,
  confirmed = true,
): Promise<FoundMail | null> {
  return (await users.findById(userId)) && { to, confirmed, userId, write: async () => letter };
}

/** Asks the address of an account to be confirmed, where it is not. */
export function verificationOf(found: TokenHolder | null, { site, tokens }: MailParts): FoundMail | null {
  if (!found || found.user.emailVerified) return null;
  const { id: userId, email } = found.user;
  return {
    to: email,
    confirmed: false,
    userId,
    write: async () => letters.verifyEmail(site, await tokens.issue(verifyEmailToken, userId, { email })),
  };
}

/** Asks a sign-up to be confirmed that waits. */
export function confirmationOf(
  waiting: WaitingSignUp | null,
  { site, tokens, waitingSignUps }: MailParts,
): FoundMail | null {
  if (!waiting) return null;
  const { id, email } = waiting;
  const write = async () => {
    const token = await tokens.issue(signUpToken, id, { email });
    if (await waitingSignUps.renew(id)) return letters.confirmSignUp(site, token);
    // Void since it was looked up: another of this address was confirmed.
    await tokens.erase(id);
    return null;
  };
  return { to: email, confirmed: false, userId: null, write };
}

/** Who moved on after something was asked for has no use for it, and somebody else might. */
export function asOf(requestedAt: string, found: TokenHolder | null): TokenHolder | null {
  const changedAt = found?.credentialsChangedAt;
  return changedAt && changedAt > new Date(requestedAt) ? null : found;
}
