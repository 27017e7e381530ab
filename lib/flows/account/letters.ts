import * as z from 'zod/mini';
import { jobFields } from '../../mail/job.ts';
import { letterOf } from '../../mail/letter.ts';
import { mailKind } from '../../mail/mail-kind.ts';
import { letterTexts } from './texts/texts.ts';

/** Tell the address that an account had; there is nothing else left of it. */
const accountDeleted = mailKind({
  kind: 'account_deleted',
  job: z.object({
    email: jobFields.address,
    /** Whether its owner had confirmed that address. */
    confirmed: z.boolean(),
    language: jobFields.language,
  }),
  find: async ({ email, confirmed, language = null }, { site }) => ({
    to: email,
    confirmed,
    userId: null,
    language,
    write: async (language) => letterOf(letterTexts[language].accountDeleted, site, '/'),
  }),
});

export const accountMails = [accountDeleted] as const;
