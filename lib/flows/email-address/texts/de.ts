import { lifetimeOf } from '../../../tokens/token-kind.ts';
import type { Messages } from '../../../web/page/messages.ts';
import { changeEmail, undoEmail, verifyEmail } from '../../shared/token-kinds.ts';
import type * as en from './en.ts';

export const events: typeof en.events = {
  email_verified: 'E-Mail-Adresse bestätigt',
  email_change_requested: 'Neue E-Mail-Adresse angefragt',
  email_changed: 'E-Mail-Adresse geändert',
  email_change_undone: 'Änderung der E-Mail-Adresse zurückgenommen',
};

export const notices: typeof en.notices = {
  email_verified: 'Ihre E-Mail-Adresse ist bestätigt.',
  email_undone:
    'Ihre alte E-Mail-Adresse gilt wieder, Ihr neues Passwort gilt, und alle Sitzungen sind beendet. Melden Sie sich damit an.',
  verification_sent: `Wenn die Adresse noch zu bestätigen ist, ist eine Mail unterwegs. Ihr Link gilt ${lifetimeOf(verifyEmail, 'de')} lang.`,
};

export const pages: typeof en.pages = {
  verify: {
    title: 'Bestätigen Sie Ihre E-Mail-Adresse',
    change:
      'Es soll von da an die Adresse {email} haben. Bestätigen Sie sie nur, wenn dieses Konto Ihres ist.',
    lead: 'Noch ein Schritt, damit nichts von einem Programm bestätigt wird, das nur den Link öffnet.',
    submit: 'Adresse bestätigen',
    again: 'Einen neuen Link anfordern',
  },
  signUp: {
    lead: 'Noch ein Schritt: Geben Sie das Passwort ein, das Sie gewählt haben, als Sie das Konto anlegen wollten. Wenn Sie das nicht waren, verlassen Sie diese Seite; es entsteht kein Konto.',
    password: 'Passwort',
    submit: 'Bestätigen und Konto anlegen',
    forgotten:
      'Ist es nicht das Passwort, das Sie kennen? Nehmen Sie den Link Ihres eigenen Versuchs, oder {again}',
    again: 'legen Sie das Konto noch einmal an',
  },
  resend: {
    lead: `Folgen Sie dem Link in der Mail, die wir Ihnen geschickt haben. Er gilt ${lifetimeOf(verifyEmail, 'de')} lang.`,
    signInFirst: 'Um sie noch einmal zu bekommen, {signIn}.',
    signIn: 'melden Sie sich an',
    submit: 'Die Mail noch einmal schicken',
  },
  undo: {
    title: 'Ihre alte Adresse zurückholen',
    lead: 'Das Konto bekommt diese Adresse zurück, und jedes Gerät wird abgemeldet. Wer die Adresse geändert hat, kennt vielleicht das Passwort. Wählen Sie deshalb ein neues.',
    submit: 'Adresse zurückholen',
    again: 'Zu den Einstellungen',
  },
  done: {
    confirmed: 'Ihre E-Mail-Adresse ist bestätigt',
    verify: 'Sie ist schon bestätigt.',
    change: 'Melden Sie sich von jetzt an mit ihr an.',
    signUp: 'Melden Sie sich mit dem Passwort an, das Sie dabei gewählt haben.',
    undone: 'Ihre alte E-Mail-Adresse gilt wieder',
    undo: 'Dieser Link hat sie zurückgeholt und ein neues Passwort gesetzt, und alle Sitzungen des Kontos sind beendet.',
  },
};

export const letters: typeof en.letters = {
  confirmNewEmail: {
    subject: (site) => `Bestätigen Sie Ihre neue E-Mail-Adresse für ${site}`,
    paragraphs: (site) => [
      `Ein Konto bei ${site} soll diese Adresse bekommen. Wenn Sie das waren, bestätigen Sie sie innerhalb von ${lifetimeOf(changeEmail, 'de')}:`,
    ],
    link: 'E-Mail-Adresse bestätigen',
    closing: ['Wenn Sie es nicht waren, tun Sie nichts: Das Konto behält die Adresse, die es hat.'],
  },
  newEmailTaken: {
    subject: (site) => `Mit dieser E-Mail-Adresse gibt es schon ein Konto bei ${site}`,
    paragraphs: (site) => [
      `Jemand, vermutlich Sie, wollte diese Adresse einem anderen Konto bei ${site} geben. Sie hat schon ein eigenes Konto, deshalb hat sich nichts geändert.`,
      'Sie können sich dort anmelden:',
    ],
    link: 'Anmelden',
    closing: ['Wenn Sie es nicht waren, müssen Sie nichts tun.'],
  },
  emailChanged: (newEmail) => ({
    subject: (site) => `Ihre E-Mail-Adresse bei ${site} wurde geändert`,
    paragraphs: (site) => [
      `Ihr Konto bei ${site} hat jetzt die Adresse ${newEmail}, und Mails gehen dorthin.`,
      `Wenn Sie es nicht waren, holen Sie das Konto innerhalb von ${lifetimeOf(undoEmail, 'de')} zurück:`,
    ],
    link: 'Die Änderung zurücknehmen',
    closing: [
      'Damit gilt diese Adresse wieder, Sie wählen ein neues Passwort, und alle Sitzungen sind beendet.',
    ],
  }),
  emailLost: {
    subject: (site) => `Diese E-Mail-Adresse gehört bei ${site} nicht mehr zu einem Konto`,
    paragraphs: (site) => [
      `Ein Konto bei ${site}, das diese Adresse hatte, hat jetzt eine andere. Mails dazu kommen nicht mehr hierher.`,
    ],
    link: 'Anmelden',
    closing: ['Wenn Sie dort kein Konto haben, müssen Sie nichts tun.'],
  },
  emailConfirmed: {
    subject: (site) => `Dies ist jetzt Ihre E-Mail-Adresse bei ${site}`,
    paragraphs: (site) => [
      `Ihr Konto bei ${site} hat jetzt diese Adresse. Melden Sie sich von jetzt an mit ihr an.`,
      'Wenn es nicht Ihr Konto ist, obwohl Sie einem Link gefolgt sind, um diese Adresse zu bestätigen, machen Sie es durch ein neues Passwort zu Ihrem:',
    ],
    link: 'Ein neues Passwort wählen',
    closing: [
      'Bis dahin kann, wer ihm Ihre Adresse gegeben hat, sich noch anmelden und ihm die Adresse wieder nehmen.',
    ],
  },
  emailChangeUndone: {
    subject: (site) => `Ihre E-Mail-Adresse bei ${site} gilt wieder`,
    paragraphs: (site) => [
      `Die Änderung Ihrer E-Mail-Adresse bei ${site} ist zurückgenommen, ein neues Passwort gilt, und alle Sitzungen Ihres Kontos sind beendet. Passkeys und Authentifizierungs-Apps, die seit dieser Änderung dazugekommen sind, sind entfernt.`,
      'Wenn Sie es waren, melden Sie sich mit dem neuen Passwort an. Wenn nicht, wählen Sie sofort ein anderes:',
    ],
    link: 'Ein neues Passwort wählen',
    closing: [],
  },
};

export const problems: Messages = {
  'is the one that you have': 'ist die, die Sie schon haben',
  'This link asks for the password of the very sign-up that it was mailed for. If you do not know it, use the link of your own sign-up, or sign up again.':
    'Dieser Link fragt nach dem Passwort genau des Versuchs, für den er geschickt wurde. Wenn Sie es nicht kennen, nehmen Sie den Link Ihres eigenen Versuchs, oder legen Sie das Konto noch einmal an.',
  'This is not the password of this sign-up. Use the link of your own sign-up, or sign up again.':
    'Das ist nicht das Passwort, das dabei gewählt wurde. Nehmen Sie den Link Ihres eigenen Versuchs, oder legen Sie das Konto noch einmal an.',
};
