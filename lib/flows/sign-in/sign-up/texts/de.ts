import type { Messages } from '../../../../web/page/messages.ts';
import type * as en from './en.ts';

export const events: typeof en.events = { sign_up: 'Konto angelegt' };

export const notices: typeof en.notices = {
  signed_up:
    'Ihr Konto ist bereit. Wir haben Ihnen eine Mail geschickt: Folgen Sie ihrem Link, um Ihre Adresse zu bestätigen.',
  check_mail:
    'Fast geschafft. Wenn für diese Adresse ein Konto angelegt werden kann, ist eine Mail unterwegs: Folgen Sie ihrem Link, und geben Sie das Passwort ein, das Sie eben gewählt haben.',
};

export const pages: typeof en.pages = {
  title: 'Konto anlegen',
  confirmFirst:
    'Wir schicken Ihnen eine Mail. Ihr Link fragt nach dem Passwort, das Sie hier wählen; dann können Sie sich anmelden.',
  name: 'Name',
  submit: 'Konto anlegen',
  isKnown: 'Haben Sie schon ein Konto? {signIn}',
  signIn: 'Anmelden',
};

export const letters: typeof en.letters = {
  accountExists: {
    subject: (site) => `Sie haben schon ein Konto bei ${site}`,
    paragraphs: (site) => [
      `Jemand, vermutlich Sie, wollte mit dieser Adresse ein Konto bei ${site} anlegen. Es gibt schon eines, und daran hat sich nichts geändert.`,
      'Melden Sie sich mit Ihrem Passwort an, oder wählen Sie dort ein neues, wenn Sie es vergessen haben:',
    ],
    link: 'Anmelden',
    closing: ['Wenn Sie es nicht waren, müssen Sie nichts tun.'],
  },
};

export const problems: Messages = {};
