import { createTranslate, type Messages } from '../web/page/messages.ts';
import { problemTexts as general } from '../web/page/texts/texts.ts';
import { problemTexts as account } from './account/texts/texts.ts';
import { problemTexts as admin } from './admin/texts/texts.ts';
import { problemTexts as emailAddress } from './email-address/texts/texts.ts';
import { problemTexts as passwordReset } from './password-reset/texts/texts.ts';
import { problemTexts as secondFactor } from './second-factor/texts/texts.ts';
import { problemTexts as sessions } from './sessions/texts/texts.ts';
import { problemTexts as shared } from './shared/texts/texts.ts';
import { problemTexts as emailCode } from './sign-in/email-code/texts/texts.ts';
import { problemTexts as signUp } from './sign-in/sign-up/texts/texts.ts';
import { problemTexts as signIn } from './sign-in/texts/texts.ts';

// By name, so that a bundle carries no more of the texts than this.
const flows = [
  account,
  admin,
  emailAddress,
  emailCode,
  passwordReset,
  secondFactor,
  sessions,
  shared,
  signIn,
  signUp,
];

/** What problems say, by what the API says. */
export const messages = {
  de: Object.assign({}, general.de, ...flows.map(({ de }) => de)) as Messages,
};

/** Says it in the language of a page. */
export const translate = createTranslate(messages);
