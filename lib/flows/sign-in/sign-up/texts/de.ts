import type { Messages } from '../../../../web/page/messages.ts';
import type * as en from './en.ts';

export const events: typeof en.events = { sign_up: 'Konto angelegt' };

export const notices: typeof en.notices = {
  signed_up:
    'Ihr Konto ist bereit. Wir haben Ihnen eine Mail geschickt: Folgen Sie ihrem Link, um Ihre Adresse zu bestätigen.',
  check_mail:
    'Fast geschafft. Wenn für diese Adresse ein Konto angelegt werden kann, ist eine Mail unterwegs: Folgen Sie ihrem Link, und geben Sie das Passwort ein, das Sie eben gewählt haben.',
};

export const problems: Messages = {};
