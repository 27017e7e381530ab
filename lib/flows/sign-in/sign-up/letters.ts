import * as z from 'zod/mini';
import type { Language } from '../../../base/language.ts';
import { jobFields } from '../../../mail/job.ts';
import { letterOf } from '../../../mail/letter.ts';
import { mailKind } from '../../../mail/mail-kind.ts';
import { confirmationOf } from '../../shared/letters.ts';
import { letterTexts } from './texts/texts.ts';

/** A closed sign-up: confirm it, if it still waits, or say that the address has an account. */
const signUp = mailKind({
  kind: 'sign_up',
  job: z.object({ signUpId: jobFields.id, email: jobFields.address }),
  find: async ({ signUpId, email }, parts) => {
    const { site, users, waitingSignUps } = parts;
    const owner = await users.findByEmail(email);
    if (!owner) return confirmationOf(await waitingSignUps.find(signUpId), parts);
    const { id: userId, email: to, emailVerified: confirmed, language } = owner;
    const write = async (language: Language) =>
      letterOf(letterTexts[language].accountExists, site, '/sign-in');
    return { to, confirmed, userId, language, write };
  },
});

export const signUpMails = [signUp] as const;
