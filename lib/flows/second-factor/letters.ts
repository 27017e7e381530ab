import * as z from 'zod/mini';
import { jobFields } from '../../mail/job.ts';
import type { Letter } from '../../mail/letter.ts';
import { mailKind } from '../../mail/mail-kind.ts';
import { told } from '../shared/letters.ts';
import { fewCodesLeft } from './few-codes-left.ts';

/** What a mail tells of. */
export type FactorChange = (typeof changes)[number];

const changes = [
  ...(['totp_added', 'totp_removed', 'recovery_codes_made', 'recovery_code_used'] as const),
  ...(['passkey_added', 'passkey_removed', 'password_removed'] as const),
  ...(['provider_linked', 'provider_unlinked'] as const),
] as const;

const words: Readonly<Record<FactorChange, { subject: string; happened: string }>> = {
  totp_added: {
    subject: 'An authenticator app has been added',
    happened: 'An authenticator app has just been added. Signing in asks for its codes from now on.',
  },
  totp_removed: {
    subject: 'The authenticator app has been removed',
    happened: 'The authenticator app has just been removed, and every other session has ended.',
  },
  recovery_codes_made: {
    subject: 'New recovery codes have been made',
    happened: 'New recovery codes have just been made. The ones before do not work any more.',
  },
  recovery_code_used: {
    subject: 'A recovery code has been used',
    happened: 'One of your recovery codes has just been used to sign in. It does not work again.',
  },
  passkey_added: {
    subject: 'A passkey has been added',
    happened: 'A passkey has just been added. It signs in by itself, and is asked for after the password.',
  },
  passkey_removed: {
    subject: 'A passkey has been removed',
    happened: 'A passkey has just been removed, and every other session has ended.',
  },
  password_removed: {
    subject: 'The password has been removed',
    happened: 'The password has just been removed, and every other session has ended.',
  },
  provider_linked: {
    subject: 'Another way to sign in has been added',
    happened: 'A sign-in of another service has just been linked. It signs in to your account from now on.',
  },
  provider_unlinked: {
    subject: 'A way to sign in has been removed',
    happened: 'A sign-in of another service has just been unlinked, and every other session has ended.',
  },
};

export const letters = {
  factorChanged: (site: string, what: FactorChange, left?: number): Letter => ({
    subject: `${words[what].subject} at ${site}`,
    paragraphs: [
      `This is about your account at ${site}. ${words[what].happened}`,
      ...(left !== undefined && left <= fewCodesLeft ? [leftOver(left)] : []),
      'If it was you, all is well. If it was not, choose a new password at once:',
    ],
    link: { label: 'Choose a new password', path: '/forgot-password' },
    closing: isAdded(what)
      ? ['A new password does not remove it. Ask those who run the service to do that.']
      : [],
  }),
};

const isAdded = (what: FactorChange) => ['totp_added', 'passkey_added', 'provider_linked'].includes(what);

function leftOver(left: number): string {
  const count = left === 0 ? 'None is' : left === 1 ? 'One is' : 'Two are';
  return `${count} left. Make new ones in your settings.`;
}

/** Tell that what somebody can show has changed, or was used up. */
const factorChanged = mailKind({
  kind: 'factor_changed',
  job: z.object({
    userId: jobFields.id,
    to: jobFields.address,
    /** Whether its owner had confirmed that address. */
    confirmed: z.boolean(),
    what: z.enum(changes),
    /** Recovery codes that are left. */
    left: z.optional(z.int()),
  }),
  find: ({ what, left, ...job }, { users, site }) =>
    told(users, job, letters.factorChanged(site, what, left), job.confirmed),
});

export const secondFactorMails = [factorChanged] as const;
