import { lifetimeOf } from '../../../tokens/token-kind.ts';
import type { Messages } from '../../../web/page/messages.ts';
import { undoEmail } from '../../shared/token-kinds.ts';
import type * as en from './en.ts';

export const events: typeof en.events = {
  name_changed: 'Name geändert',
  wrong_password: 'Falsches aktuelles Passwort eingegeben',
  password_changed: 'Passwort geändert',
};

export const notices: typeof en.notices = {
  name_changed: 'Ihr Name ist gespeichert.',
  language_chosen: 'Ihre Sprache ist gespeichert. Seiten und Mails sprechen sie von jetzt an.',
  email_requested:
    'Wir haben eine Mail an die neue Adresse geschickt. Die Änderung gilt, sobald Sie ihrem Link folgen.',
  password_changed: 'Ihr neues Passwort gilt, und alle anderen Sitzungen sind beendet.',
  left: 'Ihr Konto ist gelöscht, mit allem, was über Sie gespeichert war.',
};

export const pages: typeof en.pages = {
  settings: {
    title: 'Einstellungen',
    lead: (email) => `Sie sind als ${email} angemeldet.`,
    currentPassword: 'Aktuelles Passwort',
  },
  name: { title: 'Name', field: 'Name', submit: 'Name speichern' },
  language: {
    title: 'Sprache',
    field: 'Von Seiten und Mails',
    asBrowser: 'Wonach der Browser fragt',
    submit: 'Sprache speichern',
  },
  email: {
    title: 'E-Mail-Adresse',
    confirmed: 'bestätigt',
    unconfirmed: 'nicht bestätigt',
    field: 'Neue E-Mail-Adresse',
    hint: `Sie gilt, sobald Sie dem Link folgen, den wir an sie schicken. Beide Adressen erfahren davon. Ihre jetzige kann die Änderung ${lifetimeOf(undoEmail, 'de')} lang zurücknehmen, wenn sie bestätigt ist.`,
    submit: 'E-Mail-Adresse ändern',
  },
  password: {
    title: 'Passwort',
    change: 'Wenn Sie es ändern, wird jedes andere Gerät abgemeldet.',
    none: 'Sie haben keines und melden sich mit einem Passkey an. Wenn Sie eines setzen, wird jedes andere Gerät abgemeldet.',
    submitChange: 'Passwort ändern',
    submitFirst: 'Ein Passwort setzen',
  },
  factors: {
    title: 'Passkeys und zweiter Faktor',
    text: 'Passkeys, eine Authentifizierungs-App, und Wiederherstellungscodes für den Fall, dass diese verloren sind.',
    link: 'Zur Sicherheit',
  },
  data: {
    title: 'Ihre Daten',
    text: 'Alles, was über Sie gespeichert ist, als Datei.',
    submit: 'Ihre Daten herunterladen',
  },
  leaving: {
    title: 'Konto löschen',
    text: 'Ihr Konto und alles, was über Sie gespeichert ist, wird sofort gelöscht, und jedes Gerät wird abgemeldet. Das lässt sich nicht rückgängig machen.',
    submit: 'Mein Konto löschen',
  },
};

export const letters: typeof en.letters = {
  accountDeleted: {
    subject: (site) => `Ihr Konto bei ${site} wurde gelöscht`,
    paragraphs: (site) => [
      `Das Konto bei ${site} mit dieser Adresse wurde gelöscht, mit allem, was darüber gespeichert war.`,
      'Wenn Sie es nicht waren, kannte jemand Ihr Passwort. Ändern Sie es überall, wo Sie es sonst benutzen. Sie können ein neues Konto anlegen:',
    ],
    link: (site) => `Zu ${site}`,
    closing: [],
  },
};

export const problems: Messages = {};
