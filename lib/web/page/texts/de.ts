import type { Messages } from '../messages.ts';
import type * as en from './en.ts';

export const frame: typeof en.frame = {
  skip: 'Zum Inhalt springen',
  account: 'Konto',
  signIn: 'Anmelden',
  signUp: 'Konto anlegen',
  settings: 'Einstellungen',
  devices: 'Geräte',
  activity: 'Aktivität',
  administration: 'Verwaltung',
  signOut: 'Abmelden',
  developers: 'Für Entwickler',
  outbox: 'Mails dieser Umgebung',
};

export const forms: typeof en.forms = {
  problem: 'Es gibt ein Problem',
  optional: '(freiwillig)',
  show: 'Anzeigen',
  error: (title) => `Fehler: ${title}`,
};

export const errors: typeof en.errors = {
  status: (status) => `Fehler ${status}`,
  request: 'Wenn Sie um Hilfe bitten, nennen Sie diese Anfrage: {id}',
  start: 'Zur Startseite',
  signIn: 'Anmelden',
  toSignIn: 'Zur Anmeldung',
  cookiesAsked:
    'Ihr Browser wurde gebeten, sie zu löschen. Wenn diese Seite wiederkommt, löschen Sie sie von Hand, in den Einstellungen Ihres Browsers unter Datenschutz oder Websitedaten: Suchen Sie den Namen dieser Website und löschen Sie ihre Cookies.',
  cookiesTooMany:
    'Ihr Browser sendet mehr Cookies, als gelesen werden können, die meisten von anderen Seiten dieser Domain. Löschen Sie sie hier oder von Hand, in den Einstellungen Ihres Browsers unter Datenschutz oder Websitedaten: Suchen Sie den Namen dieser Website und löschen Sie ihre Cookies. Danach sind Sie abgemeldet.',
  deleteCookies: 'Die Cookies dieser Website löschen',
};

/** What is not of any subject. */
export const problems: Messages = {
  'The body cannot be read': 'Der Inhalt ist nicht lesbar',
  'Not signed in': 'Nicht angemeldet',
  'Cross-origin request refused': 'Anfrage einer anderen Website abgelehnt',
  'Not allowed': 'Nicht erlaubt',
  'Not found': 'Nicht gefunden',
  'Method not allowed': 'Methode nicht erlaubt',
  'The body is too large': 'Der Inhalt ist zu groß',
  'Unsupported media type': 'Nicht unterstützter Medientyp',
  'Invalid request': 'Ungültige Anfrage',
  'The request’s headers are too large': 'Die Kopfzeilen der Anfrage sind zu groß',
  'Something went wrong': 'Etwas ist schiefgegangen',
  'Temporarily unavailable': 'Vorübergehend nicht verfügbar',
  'Not set up yet': 'Noch nicht eingerichtet',
  'There is nothing at this address.': 'Unter dieser Adresse gibt es nichts.',
  'This address answers {}.': 'Diese Adresse beantwortet {}.',
  'This address is not open to pages of other origins.':
    'Diese Adresse steht Seiten anderer Herkunft nicht offen.',
  'This address answers nobody directly. Use the public address of the service.':
    'Diese Adresse antwortet niemandem unmittelbar. Benutzen Sie die öffentliche Adresse des Dienstes.',
  'This needs the role {}.': 'Dafür ist die Rolle {} nötig.',
  'Sign in first.': 'Melden Sie sich zuerst an.',
  'The request has missing or invalid fields.': 'In der Anfrage fehlen Felder, oder sie sind ungültig.',
  'The service cannot answer right now. Try again in a moment.':
    'Der Dienst kann gerade nicht antworten. Versuchen Sie es gleich noch einmal.',
  'Something went wrong on our side. Try again later.':
    'Bei uns ist etwas schiefgegangen. Versuchen Sie es später noch einmal.',
  'The service is being set up. Try again in a minute.':
    'Der Dienst wird gerade eingerichtet. Versuchen Sie es in einer Minute noch einmal.',
  'is not known': 'ist nicht bekannt',
  'must be a JSON object': 'muss ein JSON-Objekt sein',
  'must be filled in': 'muss ausgefüllt werden',
};
