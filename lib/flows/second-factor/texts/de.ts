import type { Messages } from '../../../web/page/messages.ts';
import type * as en from './en.ts';

export const events: typeof en.events = {
  second_factor_failed: 'Falscher zweiter Faktor gezeigt, nach dem richtigen Passwort',
  reauthenticated: 'Erneut ausgewiesen',
  totp_added: 'Authentifizierungs-App hinzugefügt',
  totp_removed: 'Authentifizierungs-App entfernt',
  recovery_codes_made: 'Neue Wiederherstellungscodes erstellt',
  recovery_code_used: 'Wiederherstellungscode benutzt',
  passkey_added: 'Passkey hinzugefügt',
  passkey_renamed: 'Passkey umbenannt',
  passkey_removed: 'Passkey entfernt',
  passkey_refused: 'Passkey abgelehnt, da es eine Kopie davon geben kann',
  password_removed: 'Passwort entfernt',
  provider_linked: 'Anmeldung über einen anderen Dienst verknüpft',
  provider_unlinked: 'Anmeldung über einen anderen Dienst gelöst',
  factors_taken_away: 'Wege zur Anmeldung entfernt, die es vor der Bestätigung der Adresse gab',
};

export const notices: typeof en.notices = {
  reauthenticated: 'Sie haben sich ausgewiesen. Fahren Sie mit dem fort, was Sie vorhatten.',
  totp_added:
    'Die Authentifizierungs-App ist hinzugefügt. Die Anmeldung fragt von jetzt an nach ihren Codes.',
  totp_removed: 'Die Authentifizierungs-App ist entfernt, und alle anderen Sitzungen sind beendet.',
  passkey_added: 'Der Passkey ist hinzugefügt.',
  passkey_renamed: 'Der Name ist gespeichert.',
  passkey_removed: 'Der Passkey ist entfernt, und alle anderen Sitzungen sind beendet.',
  password_removed: 'Das Passwort ist entfernt, und alle anderen Sitzungen sind beendet.',
  provider_linked: 'Die Anmeldung ist verknüpft. Sie können sich von jetzt an damit anmelden.',
  provider_unlinked: 'Die Anmeldung ist gelöst, und alle anderen Sitzungen sind beendet.',
};

export const problems: Messages = {};
