import type { Texts } from '../base/language.ts';
import type { PageWords } from '../web/page/page-tools.ts';
import { eventTexts as accountEvents, noticeTexts as accountNotices } from './account/texts/texts.ts';
import { eventTexts as adminEvents, noticeTexts as adminNotices } from './admin/texts/texts.ts';
import {
  eventTexts as emailAddressEvents,
  noticeTexts as emailAddressNotices,
} from './email-address/texts/texts.ts';
import { translate } from './messages.ts';
import {
  eventTexts as passwordResetEvents,
  noticeTexts as passwordResetNotices,
} from './password-reset/texts/texts.ts';
import {
  eventTexts as secondFactorEvents,
  noticeTexts as secondFactorNotices,
} from './second-factor/texts/texts.ts';
import { eventTexts as sessionsEvents, noticeTexts as sessionsNotices } from './sessions/texts/texts.ts';
import { eventTexts as sharedEvents, noticeTexts as sharedNotices } from './shared/texts/texts.ts';
import { eventTexts as signUpEvents, noticeTexts as signUpNotices } from './sign-in/sign-up/texts/texts.ts';
import { eventTexts as signInEvents, noticeTexts as signInNotices } from './sign-in/texts/texts.ts';

type Words = Readonly<Record<string, string>>;

function joined(texts: readonly Texts<Words>[]): Texts<Words> {
  const inLanguage = (language: keyof Texts<Words>) =>
    Object.assign({}, ...texts.map((each) => each[language])) as Words;
  return { en: inLanguage('en'), de: inLanguage('de') };
}

/** What the activity page says of each kind of event. */
export const eventTexts = joined([
  accountEvents,
  adminEvents,
  emailAddressEvents,
  passwordResetEvents,
  secondFactorEvents,
  sessionsEvents,
  sharedEvents,
  signUpEvents,
  signInEvents,
]);

/** What is told once after a redirect, by its code. */
export const noticeTexts = joined([
  accountNotices,
  adminNotices,
  emailAddressNotices,
  passwordResetNotices,
  secondFactorNotices,
  sessionsNotices,
  sharedNotices,
  signUpNotices,
  signInNotices,
]);

/** What pages say that none of them says itself. */
export const pageWords: PageWords = { notices: noticeTexts, translate };
