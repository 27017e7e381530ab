import * as z from 'zod/mini';
import type { Language } from '../../base/language.ts';
import { jobFields } from '../../mail/job.ts';
import { type LetterTexts, letterOf, withToken } from '../../mail/letter.ts';
import { mailKind } from '../../mail/mail-kind.ts';
import { told } from '../shared/letters.ts';
import { invitation } from '../shared/token-kinds.ts';
import { letterTexts } from './texts/texts.ts';

/** What a mail tells of. */
export type AdminChange = (typeof changes)[number];

const changes = [
  ...(['account_disabled', 'account_enabled', 'account_deleted', 'roles_changed', 'name_changed'] as const),
  ...(['email_confirmed', 'email_unconfirmed', 'sessions_ended', 'factors_removed'] as const),
] as const;

function changedTexts(language: Language, what: AdminChange): LetterTexts {
  const { changed, changes } = letterTexts[language];
  const { subject, happened } = changes[what];
  const choose = what === 'factors_removed';
  return {
    subject,
    paragraphs: (site) => [`${changed.about(site)} ${happened}`, ...(choose ? [changed.choose] : [])],
    link: choose ? changed.chooseLink : changed.link,
    closing: changed.closing,
  };
}

/** Choose the first password of an account that an administrator has made. */
const invited = mailKind({
  kind: 'invitation',
  job: z.object({
    userId: jobFields.id,
    credentialsVersion: jobFields.credentialsVersion,
    to: jobFields.address,
  }),
  find: async ({ userId, credentialsVersion, to }, { site, users, tokens }) => {
    const found = await users.findTokenHolderById(userId);
    if (found?.credentialsVersion !== credentialsVersion || found.user.email !== to) return null;
    const data = { email: to, credentialsVersion };
    const { emailVerified: confirmed, language } = found.user;
    const write = async (language: Language) => {
      const token = await tokens.issue(invitation, userId, data);
      return letterOf(letterTexts[language].invited, site, withToken('/reset-password', token));
    };
    return { to, confirmed, userId, language, write };
  },
});

/** Tell what an administrator has changed; of an account that is gone there is nothing left but its address. */
const changedByAdministrator = mailKind({
  kind: 'changed_by_administrator',
  job: z.object({
    userId: jobFields.id,
    to: jobFields.address,
    /** Whether its owner had confirmed that address. */
    confirmed: z.boolean(),
    what: z.enum(changes),
    language: jobFields.language,
  }),
  find: async ({ what, language = null, ...job }, parts) => {
    const { to, confirmed } = job;
    const texts = (language: Language) => changedTexts(language, what);
    const path = what === 'factors_removed' ? '/forgot-password' : '/';
    if (what !== 'account_deleted') return told(parts, job, { texts, path, confirmed });
    const write = async (language: Language) => letterOf(texts(language), parts.site, path);
    return { to, confirmed, userId: null, language, write };
  },
});

export const adminMails = [invited, changedByAdministrator] as const;
