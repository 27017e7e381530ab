import * as z from 'zod/mini';
import { jobFields } from '../../../mail/job.ts';
import type { Letter } from '../../../mail/letter.ts';
import { mailKind } from '../../../mail/mail-kind.ts';
import { confirmationOf } from '../../shared/letters.ts';

export const letters = {
  accountExists: (site: string): Letter => ({
    subject: `You already have an account at ${site}`,
    paragraphs: [
      `Somebody, probably you, tried to sign up at ${site} with this address. It already has an account, and nothing about it has changed.`,
      'Sign in with the password that you have, or choose a new one there if you have forgotten it:',
    ],
    link: { label: 'Sign in', path: '/sign-in' },
    closing: ['If it was not you, you need not do anything.'],
  }),
};

/** A closed sign-up: confirm it, if it still waits, or say that the address has an account. */
const signUp = mailKind({
  kind: 'sign_up',
  job: z.object({ signUpId: jobFields.id, email: jobFields.address }),
  find: async ({ signUpId, email }, parts) => {
    const { site, users, waitingSignUps } = parts;
    const owner = await users.findByEmail(email);
    if (!owner) return confirmationOf(await waitingSignUps.find(signUpId), parts);
    const write = async () => letters.accountExists(site);
    return { to: owner.email, confirmed: owner.emailVerified, userId: owner.id, write };
  },
});

export const signUpMails = [signUp] as const;
