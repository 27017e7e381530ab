import { lifetimeOf } from '../../../tokens/token-kind.ts';
import type { Messages } from '../../../web/page/messages.ts';
import { signUp, verifyEmail } from '../token-kinds.ts';
import type * as en from './en.ts';

export const events: typeof en.events = { account_deleted: 'Konto gelöscht' };

export const notices: typeof en.notices = {
  provider_denied:
    'Sie wurden dort nicht angemeldet oder haben es nicht erlaubt. Hier hat sich nichts geändert.',
  provider_failed:
    'Die Anmeldung dort hat nicht geklappt, oder der Anbieter nennt uns keine Adresse, die er bestätigt hat. Versuchen Sie es noch einmal, oder melden Sie sich auf einem anderen Weg an.',
  account_exists:
    'Mit dieser Adresse oder dieser Anmeldung gibt es schon ein Konto. Melden Sie sich dort wie immer an, oder setzen Sie ein neues Passwort, wenn Sie es vergessen haben. Verknüpfen Sie die andere Anmeldung dann unter Sicherheit.',
  sign_in_expired:
    'Das hat zu lange gedauert, wurde in einem anderen Browser begonnen oder ist schon geschehen. Versuchen Sie es noch einmal.',
  account_disabled: 'Dieses Konto ist gesperrt. Fragen Sie, wer diesen Dienst betreibt.',
};

export const device: typeof en.device = (browser, system) => `${browser} unter ${system}`;

export const pages: typeof en.pages = {
  fields: {
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    newPassword: 'Neues Passwort',
    passwordHint: (least) =>
      `Mindestens ${least} Zeichen. Vier gewöhnliche Wörter sind leichter zu merken und schwerer zu erraten als ein seltsames.`,
  },
  link: {
    about: 'Dieser Link betrifft das Konto von {account}.',
    other: 'Sie sind hier als {visitor} angemeldet. An diesem Konto ändert sich nichts.',
    signIn: 'Anmelden',
    proceed: 'Weiter',
    signOut: (account) => `Hier abmelden, und als ${account} anmelden`,
    forgotten: 'Waren Sie es nicht, oder haben Sie das Passwort vergessen? {again}',
    again: 'Ein neues wählen',
    overTitle: 'Dieser Link funktioniert nicht mehr',
    over: 'Er ist falsch, seine Zeit ist um, oder ein neuerer oder eine andere Änderung ist an seine Stelle getreten.',
    brokenTitle: 'Dieser Link ist nicht vollständig',
    broken: 'Öffnen Sie ihn noch einmal aus der Mail, oder kopieren Sie ihn ganz in die Adresszeile.',
  },
  confirm: {
    title: 'Bestätigen Sie Ihre E-Mail-Adresse',
    text: (email) =>
      `Wir haben eine Mail an ${email} geschickt. Folgen Sie ihrem Link, damit Sie wieder hineinkommen, wenn Sie Ihr Passwort vergessen.`,
    again: 'Die Mail noch einmal schicken',
  },
  waiting: {
    title: 'Ihre Anmeldung ist nicht abgeschlossen',
    text: 'Sie wartet auf Ihren zweiten Faktor. {on}',
    on: 'Anmeldung fortsetzen',
  },
  providers: {
    signIn: (name) => `Mit ${name} anmelden`,
    signUp: (name) => `Mit ${name} fortfahren`,
    signInAnew: (name) => `Noch einmal mit ${name} anmelden`,
  },
  script: {
    tooMuch: 'Das war zu viel auf einmal. Warten Sie eine Weile, und versuchen Sie es noch einmal.',
    full: 'Sie haben so viele Passkeys, wie ein Konto haben kann. Entfernen Sie zuerst einen.',
    known: 'Dieses Gerät hat schon einen Passkey dieses Kontos.',
    notMade: 'Es wurde kein Passkey erstellt. Sie können es noch einmal versuchen.',
    notShown:
      'Es wurde kein Passkey gezeigt. Versuchen Sie es noch einmal, oder nehmen Sie einen anderen Weg.',
    unsupported: 'Dieser Browser nimmt für diese Website keine Passkeys an.',
    failed: 'Das hat nicht geklappt. Sehen Sie nach, ob Sie online sind, und versuchen Sie es noch einmal.',
  },
};

export const letters: typeof en.letters = {
  verifyEmail: {
    subject: (site) => `Bestätigen Sie Ihre E-Mail-Adresse für ${site}`,
    paragraphs: (site) => [
      `Mit dieser Adresse wurde ein Konto bei ${site} angelegt. Wenn Sie das waren, bestätigen Sie sie innerhalb von ${lifetimeOf(verifyEmail, 'de')}:`,
    ],
    link: 'E-Mail-Adresse bestätigen',
    closing: ['Wenn Sie es nicht waren, tun Sie nichts: Die Adresse bleibt unbestätigt.'],
  },
  confirmSignUp: {
    subject: (site) => `Bestätigen Sie Ihre E-Mail-Adresse für ${site}`,
    paragraphs: (site) => [
      `Mit dieser Adresse soll ein Konto bei ${site} angelegt werden. Wenn Sie das waren, bestätigen Sie sie innerhalb von ${lifetimeOf(signUp, 'de')} mit dem Passwort, das Sie dabei gewählt haben:`,
    ],
    link: 'E-Mail-Adresse bestätigen',
    closing: [
      'Nur eben dieses Passwort gilt hier: Zu jedem Versuch gehört ein eigener Link.',
      'Wenn Sie es nicht waren, tun Sie nichts: Es entsteht kein Konto.',
    ],
  },
  passwordChanged: {
    subject: (site) => `Ihr Passwort bei ${site} wurde geändert`,
    paragraphs: (site) => [
      `Das Passwort Ihres Kontos bei ${site} wurde eben geändert, und alle anderen Sitzungen sind beendet.`,
      'Wenn Sie es waren, ist alles in Ordnung. Wenn nicht, wählen Sie sofort ein neues Passwort:',
    ],
    link: 'Ein neues Passwort wählen',
    closing: [],
  },
  factorsTakenAway: {
    subject: (site) => `Wege zur Anmeldung wurden entfernt bei ${site}`,
    paragraphs: (site) => [
      `Diese Adresse wurde eben für ein Konto bei ${site} bestätigt. Die Passkeys, Apps und Anmeldungen über andere Dienste, die vorher eingerichtet waren, wurden entfernt, denn jeder hätte sie einrichten können, und alle Sitzungen sind beendet.`,
      'Wenn es Ihre waren, melden Sie sich an, und richten Sie sie neu ein. Wenn nicht Sie das Konto angelegt haben, wählen Sie zuerst ein neues Passwort:',
    ],
    link: 'Ein neues Passwort wählen',
    closing: [],
  },
};

/** What more than one flow answers. */
export const problems: Messages = {
  'The link is invalid or has expired': 'Der Link ist ungültig oder abgelaufen',
  'This link is wrong or over. Ask for a new one.':
    'Dieser Link ist falsch oder abgelaufen. Fordern Sie einen neuen an.',
  'This link has been used: {}': 'Dieser Link wurde benutzt: {}',
  'the address is confirmed. Sign in.': 'Die Adresse ist bestätigt. Melden Sie sich an.',
  'the account is confirmed. Sign in with the password of that sign-up.':
    'Das Konto ist bestätigt. Melden Sie sich mit dem Passwort an, das Sie dabei gewählt haben.',
  'the address is confirmed. Sign in with it.': 'Die Adresse ist bestätigt. Melden Sie sich mit ihr an.',
  'a new password is set. Sign in with it, or ask for a new link.':
    'Ein neues Passwort gilt. Melden Sie sich damit an, oder fordern Sie einen neuen Link an.',
  'the password is set. Sign in with it, or ask for a link to choose another.':
    'Das Passwort gilt. Melden Sie sich damit an, oder fordern Sie einen Link für ein anderes an.',
  'the old address is back and a new password is set. Sign in with them, or ask for a link to choose another.':
    'Die alte Adresse und ein neues Passwort gelten. Melden Sie sich damit an, oder fordern Sie einen Link für ein anderes an.',
  'This link is being used right now. Try again in a moment.':
    'Dieser Link wird gerade benutzt. Versuchen Sie es gleich noch einmal.',
  'Too many attempts': 'Zu viele Versuche',
  'Too many attempts. Wait a while and try again.':
    'Zu viele Versuche. Warten Sie eine Weile, und versuchen Sie es noch einmal.',
  'The e-mail address is taken': 'Die E-Mail-Adresse ist vergeben',
  'This e-mail address already has an account. Sign in instead.':
    'Mit dieser E-Mail-Adresse gibt es schon ein Konto. Melden Sie sich an.',
  'The last administrator': 'Die letzte Verwaltung',
  'Give the role admin to somebody else first.': 'Geben Sie zuerst jemand anderem die Rolle admin.',
  'Another administrator is being changed. Try again in a moment.':
    'An der Verwaltung wird gerade etwas geändert. Versuchen Sie es gleich noch einmal.',
  'This account is being changed. Try again in a moment.':
    'Dieses Konto wird gerade geändert. Versuchen Sie es gleich noch einmal.',
  'The password is too weak': 'Das Passwort ist zu schwach',
  'The password {}. Choose another one.': 'Das Passwort {}. Wählen Sie ein anderes.',
  'must be at least {} characters': 'muss mindestens {} Zeichen lang sein',
  'must be at most {} characters': 'darf höchstens {} Zeichen lang sein',
  'is one of the most common ones': 'ist eines der häufigsten',
  'is little more than a repetition or a sequence': 'ist wenig mehr als eine Wiederholung oder eine Reihe',
  'is a common one with little added': 'ist ein häufiges mit wenig dazu',
  'is little more than your name, your e-mail address or the name of this service':
    'ist wenig mehr als Ihr Name, Ihre E-Mail-Adresse oder der Name dieses Dienstes',
  'is known from a data breach': 'ist aus einem Datenleck bekannt',
  'Wrong e-mail address or password': 'E-Mail-Adresse oder Passwort falsch',
  'The e-mail address or the password is wrong.': 'Die E-Mail-Adresse oder das Passwort ist falsch.',
  'The account is disabled': 'Das Konto ist gesperrt',
  'This account is disabled. Ask whoever runs this service.':
    'Dieses Konto ist gesperrt. Fragen Sie, wer diesen Dienst betreibt.',
  'This sign-up is refused': 'Dieses Konto wird nicht angelegt',
  'Wrong password': 'Falsches Passwort',
  'The current password is wrong.': 'Das aktuelle Passwort ist falsch.',
  'The current password was wrong too many times, so this session has ended. Sign in again.':
    'Das aktuelle Passwort war zu oft falsch, deshalb ist diese Sitzung beendet. Melden Sie sich wieder an.',
  'is wrong': 'ist falsch',
  'Wrong code': 'Falscher Code',
  'The passkey was not accepted': 'Der Passkey wurde nicht angenommen',
  'The passkey was not accepted. Try again, or take another way.':
    'Der Passkey wurde nicht angenommen. Versuchen Sie es noch einmal, oder nehmen Sie einen anderen Weg.',
  'A second factor is needed': 'Ein zweiter Faktor ist nötig',
  'Show your second factor first.': 'Zeigen Sie zuerst Ihren zweiten Faktor.',
  'Show anew who you are': 'Weisen Sie sich erneut aus',
  'Show anew who you are, then do this again within 10 minutes.':
    'Weisen Sie sich erneut aus, und tun Sie dies dann innerhalb von 10 Minuten noch einmal.',
  'a code of your authenticator app would do': 'Ein Code Ihrer Authentifizierungs-App genügt',
  'a passkey would do': 'Ein Passkey genügt',
  'a recovery code would do': 'Ein Wiederherstellungscode genügt',
  'your password would do': 'Ihr Passwort genügt',
  'signing in anew by your provider would do': 'Eine neue Anmeldung über Ihren Anbieter genügt',
  'The last way in': 'Der letzte Weg hinein',
  'The e-mail address is the same': 'Die E-Mail-Adresse ist dieselbe',
  'Your account has this e-mail address already.': 'Ihr Konto hat diese E-Mail-Adresse schon.',
  '{} cannot be reached. Try again in a moment, or sign in in another way.':
    '{} ist nicht erreichbar. Versuchen Sie es gleich noch einmal, oder melden Sie sich auf einem anderen Weg an.',
  'must be a string': 'muss Text sein',
  'must be JSON': 'muss JSON sein',
  'must be base64url': 'muss base64url sein',
  'must be public-key': 'muss public-key sein',
  'must be a whole number from 1 to 100': 'muss eine ganze Zahl von 1 bis 100 sein',
  'must be `next` of another page': 'muss `next` einer anderen Seite sein',
  'must be "token", or left out': 'muss "token" sein oder fehlen',
  'must be one of {}': 'muss eines von diesen sein: {}',
  'must be true or false': 'muss ja oder nein sein',
  'must not be empty': 'darf nicht leer sein',
  'must not contain NUL or broken Unicode characters': 'darf keine unlesbaren Zeichen enthalten',
  'must be an e-mail address': 'muss eine E-Mail-Adresse sein',
  'must be 6 digits': 'muss aus 6 Ziffern bestehen',
  'must be 8 digits': 'muss aus 8 Ziffern bestehen',
  'must be one line with a visible character': 'muss eine Zeile mit einem sichtbaren Zeichen sein',
};
