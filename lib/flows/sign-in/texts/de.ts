import type { Messages } from '../../../web/page/messages.ts';
import type * as en from './en.ts';

export const events: typeof en.events = {
  sign_in: 'Angemeldet',
  sign_in_failed: 'Fehlgeschlagener Versuch, sich anzumelden',
  sign_out: 'Abgemeldet',
  provider_logout: 'Sitzungen beendet, da Sie sich beim Anbieter abgemeldet haben, über den sie kamen',
};

export const notices: typeof en.notices = { signed_out: 'Sie sind abgemeldet.' };

export const pages: typeof en.pages = {
  welcome: {
    title: 'Willkommen',
    heading: 'Ihr Konto in Ihren Händen',
    lead: 'Legen Sie ein Konto an, oder melden Sie sich an. Sie sehen jedes Gerät, das angemeldet ist, und melden es sofort ab, wo immer es ist.',
    signUp: 'Konto anlegen',
    signIn: 'Anmelden',
  },
  home: {
    title: 'Start',
    hello: (name) => `Hallo, ${name}`,
    signedInAs: (email) => `Sie sind als ${email} angemeldet.`,
    signedIn: 'Sie sind angemeldet.',
    settings: { title: 'Einstellungen', text: 'Ihr Name, Ihre E-Mail-Adresse und Ihr Passwort.' },
    security: { title: 'Sicherheit', text: 'Passkeys, ein zweiter Faktor und Wiederherstellungscodes.' },
    devices: { title: 'Geräte', text: 'Wo Sie angemeldet sind, und wie Sie sich dort abmelden.' },
    activity: { title: 'Aktivität', text: 'Was mit Ihrem Konto geschehen ist.' },
    signOut: 'Abmelden',
  },
  forget: {
    label: 'Abmelden, wenn ich den Browser schließe',
    hint: 'Für einen Computer, den auch andere benutzen. Sie werden spätestens nach 12 Stunden abgemeldet.',
  },
  signIn: {
    title: 'Anmelden',
    submit: 'Anmelden',
    byPasskey: 'Mit einem Passkey anmelden',
    byCode: 'Stattdessen einen Code per Mail schicken',
    forgotten: 'Passwort vergessen?',
    noMail: 'Keine Mail bekommen, um Ihre Adresse zu bestätigen? {again}',
    again: 'Noch einmal schicken lassen',
    isNew: 'Neu hier? {signUp}',
    signUp: 'Ein Konto anlegen',
  },
};

export const problems: Messages = {
  'Too many failed attempts in a row: signing in to this account is locked. Set a new password by e-mail to open it.':
    'Zu viele Fehlversuche hintereinander: Die Anmeldung an diesem Konto ist gesperrt. Setzen Sie per E-Mail ein neues Passwort, um sie wieder zu öffnen.',
  'The logout token is not right': 'Das Abmeldetoken stimmt nicht',
  'This is no logout token for us, or it was used.':
    'Das ist kein Abmeldetoken für uns, oder es wurde schon benutzt.',
};
