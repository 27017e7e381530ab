import { lifetimeOf } from '../../../../tokens/token-kind.ts';
import type { Messages } from '../../../../web/page/messages.ts';
import { emailCode } from '../../manifest.ts';
import type * as en from './en.ts';

const lifetime = lifetimeOf(emailCode, 'de');

export const pages: typeof en.pages = {
  ask: {
    title: 'Mit einem Code aus einer Mail anmelden',
    lead: 'Nennen Sie uns Ihre E-Mail-Adresse. Wir schicken Ihnen einen Code, mit dem Sie sich anmelden. Ein Passwort brauchen Sie nicht.',
    submit: 'Code schicken',
  },
  enter: {
    title: 'Geben Sie den Code ein',
    lead: (email) =>
      `Wenn es ein Konto mit der Adresse ${email} gibt, ist eine Mail mit einem Code unterwegs. Er gilt ${lifetime} lang, und nur in diesem Browser.`,
    code: 'Code',
    hint: 'Die acht Ziffern aus der Mail, mit Leerzeichen oder ohne.',
    submit: 'Anmelden',
    again: 'Einen anderen Code schicken',
    notYours: 'Nicht Ihre Adresse? {another}',
    another: 'Eine andere nehmen',
  },
  back: 'Zurück zur Anmeldung',
};

export const letters: typeof en.letters = {
  emailCode: {
    subject: (site) => `Ihr Code zur Anmeldung bei ${site}`,
    paragraphs: (site) => [
      `Jemand, vermutlich Sie, hat einen Code zur Anmeldung bei ${site} angefordert. Geben Sie ihn innerhalb von ${lifetime} in dem Browser ein, der ihn angefordert hat:`,
    ],
    closing: [
      'Er gilt einmal, und nirgendwo sonst. Geben Sie ihn niemandem, wer auch immer danach fragt.',
      'Wenn Sie es nicht waren, tun Sie nichts: Ohne diesen Code kommt damit niemand hinein.',
    ],
  },
  passwordTakenAway: {
    subject: (site) => `Das Passwort bei ${site} wurde entfernt`,
    paragraphs: (site) => [
      `Diese Adresse wurde eben für ein Konto bei ${site} bestätigt, mit einem Code aus einer Mail. Das Passwort, das vorher gesetzt war, wurde entfernt, denn jeder hätte es setzen können, und alle früheren Sitzungen sind beendet.`,
      'Von nun an melden Sie sich mit Codes aus Mails an. Wenn Sie ein Passwort möchten, wählen Sie ein neues:',
    ],
    link: 'Ein neues Passwort wählen',
    closing: [],
  },
};

export const problems: Messages = {
  'somebody has signed in by it. Ask for another one.':
    'Jemand hat sich damit angemeldet. Fordern Sie einen anderen an.',
  'The code is wrong or over, or was asked for in another browser. Type it again, or ask for another one.':
    'Der Code ist falsch oder abgelaufen, oder er wurde in einem anderen Browser angefordert. Geben Sie ihn noch einmal ein, oder fordern Sie einen anderen an.',
  'is wrong or over. Type it again, or ask for another one':
    'ist falsch oder abgelaufen. Geben Sie ihn noch einmal ein, oder fordern Sie einen anderen an',
};
