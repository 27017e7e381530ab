import type { Config } from '../../../base/config.ts';
import { emailCodePath, nextPath, secondFactorPath } from '../../../web/page/next-path.ts';
import { type PageTools, type Show, textOf } from '../../../web/page/page-tools.ts';
import type { Implemented } from '../../../web/router.ts';
import { waitingOn } from '../../../web/session/require-user.ts';
import { entryPage, nextOf } from '../../shared/entry-page.ts';
import type { SignIn } from '../../shared/sign-in.ts';
import { AskForCode, EnterCode } from './code-forms.tsx';
import * as api from './page-operations.ts';
import type { EmailCodes } from './service.ts';
import { pageTexts } from './texts/texts.ts';

export interface EmailCodePagesOptions {
  config: Pick<Config, 'emailCode'>;
  emailCodes: EmailCodes;
  sessions: SignIn;
}

/** The page `/sign-in/code`: asks for a code, then for what the mail says. It is there with `EMAIL_CODE` alone. */
export function emailCodePages(
  { config, emailCodes, sessions }: EmailCodePagesOptions,
  tools: PageTools,
): Implemented[] {
  const show: Show = ({ req, given, state, language }) => {
    const isAnew = textOf(given, 'form') === 'ask' || textOf(given, 'anew') !== undefined;
    const email = isAnew ? null : emailCodes.askedFor(req);
    const props = { state, next: nextOf(given), waiting: waitingOn(req) !== undefined };
    return {
      title: pageTexts[language].ask.title,
      main: email === null ? <AskForCode {...props} /> : <EnterCode {...props} email={email} />,
    };
  };

  const pages = [
    entryPage(tools, api.emailCodePage, show),
    tools.form(api.emailCodeForm, show, async ({ body, req, res }) => {
      const { next } = body;
      if (body.form === 'ask') {
        await emailCodes.ask(req, body.email);
        return tools.goTo(res, emailCodePath(next));
      }
      const remember = body.remember !== 'false';
      const proof = await emailCodes.wayIn.prove({ code: body.code, remember }, req);
      const waiting = await sessions.complete(req, proof);
      tools.goTo(res, waiting ? secondFactorPath(next) : nextPath(next));
    }),
  ];
  return config.emailCode ? pages : [];
}
