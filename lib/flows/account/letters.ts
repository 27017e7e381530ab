import * as z from 'zod/mini';
import { jobFields } from '../../mail/job.ts';
import type { Letter } from '../../mail/letter.ts';
import { mailKind } from '../../mail/mail-kind.ts';

export const letters = {
  accountDeleted: (site: string): Letter => ({
    subject: `Your account at ${site} has been deleted`,
    paragraphs: [
      `The account at ${site} that had this address has been deleted, with all that was stored about it.`,
      'If it was not you, somebody knew your password. Change it wherever else you use it. You may sign up again:',
    ],
    link: { label: `Go to ${site}`, path: '/' },
    closing: [],
  }),
};

/** Tell the address that an account had; there is nothing else left of it. */
const accountDeleted = mailKind({
  kind: 'account_deleted',
  job: z.object({
    email: jobFields.address,
    /** Whether its owner had confirmed that address. */
    confirmed: z.boolean(),
  }),
  find: async ({ email, confirmed }, { site }) => ({
    to: email,
    confirmed,
    userId: null,
    write: async () => letters.accountDeleted(site),
  }),
});

export const accountMails = [accountDeleted] as const;
