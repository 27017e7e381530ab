import type { Texts } from '../base/language.ts';
import { createTranslate, type Messages } from '../web/page/messages.ts';
import type { PageWords } from '../web/page/page-tools.ts';
import { problemTexts } from '../web/page/texts/texts.ts';
import * as account from './account/texts/texts.ts';
import * as admin from './admin/texts/texts.ts';
import * as emailAddress from './email-address/texts/texts.ts';
import * as passwordReset from './password-reset/texts/texts.ts';
import * as secondFactor from './second-factor/texts/texts.ts';
import * as sessions from './sessions/texts/texts.ts';
import * as shared from './shared/texts/texts.ts';
import * as emailCode from './sign-in/email-code/texts/texts.ts';
import * as signUp from './sign-in/sign-up/texts/texts.ts';
import * as signIn from './sign-in/texts/texts.ts';

const flows = [account, admin, emailAddress, passwordReset, secondFactor, sessions, shared, signUp, signIn];

type Words = Readonly<Record<string, string>>;

function joined(texts: readonly Texts<Words>[]): Texts<Words> {
  const inLanguage = (language: keyof Texts<Words>) =>
    Object.assign({}, ...texts.map((each) => each[language])) as Words;
  return { en: inLanguage('en'), de: inLanguage('de') };
}

/** What the activity page says of each kind of event. */
export const eventTexts = joined(flows.map((flow) => flow.eventTexts));

/** What is told once after a redirect, by its code. */
export const noticeTexts = joined(flows.map((flow) => flow.noticeTexts));

/** What problems say, by what the API says. */
export const messages = {
  de: Object.assign(
    {},
    problemTexts.de,
    ...[...flows, emailCode].map((flow) => flow.problemTexts.de),
  ) as Messages,
};

export const translate = createTranslate(messages);

/** What pages say that none of them says itself. */
export const pageWords: PageWords = { notices: noticeTexts, translate };
