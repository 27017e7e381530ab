import * as z from 'zod/mini';
import type { Language } from '../../base/language.ts';
import { jobFields } from '../../mail/job.ts';
import type { LetterTexts } from '../../mail/letter.ts';
import { mailKind } from '../../mail/mail-kind.ts';
import { told } from '../shared/letters.ts';
import { fewCodesLeft } from './few-codes-left.ts';
import { letterTexts } from './texts/texts.ts';

/** What a mail tells of. */
export type FactorChange = (typeof changes)[number];

const changes = [
  ...(['totp_added', 'totp_removed', 'recovery_codes_made', 'recovery_code_used'] as const),
  ...(['passkey_added', 'passkey_removed', 'password_removed'] as const),
  ...(['provider_linked', 'provider_unlinked'] as const),
] as const;

const isAdded = (what: FactorChange) => ['totp_added', 'passkey_added', 'provider_linked'].includes(what);

/** @param count recovery codes that are left, where the change has used one. */
function factorChangedTexts(language: Language, what: FactorChange, count?: number): LetterTexts {
  const { changes, about, left, wasItYou, link, stays } = letterTexts[language];
  const { subject, happened } = changes[what];
  const leftOver = count !== undefined && count <= fewCodesLeft ? left[count] : undefined;
  return {
    subject,
    paragraphs: (site) => [
      `${about(site)} ${happened}`,
      ...(leftOver === undefined ? [] : [leftOver]),
      wasItYou,
    ],
    link,
    closing: isAdded(what) ? [stays] : [],
  };
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
  find: ({ what, left, ...job }, parts) =>
    told(parts, job, {
      texts: (language) => factorChangedTexts(language, what, left),
      path: '/forgot-password',
      confirmed: job.confirmed,
    }),
});

export const secondFactorMails = [factorChanged] as const;
