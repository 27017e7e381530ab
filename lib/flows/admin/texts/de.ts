import type { Messages } from '../../../web/page/messages.ts';
import type * as en from './en.ts';

export const events: typeof en.events = {
  invited: 'Konto von der Verwaltung angelegt',
  roles_changed: 'Rollen von der Verwaltung geändert',
  account_disabled: 'Konto von der Verwaltung gesperrt',
  account_enabled: 'Konto von der Verwaltung freigegeben',
  name_set_by_admin: 'Name von der Verwaltung geändert',
  email_marked_confirmed: 'E-Mail-Adresse von der Verwaltung als bestätigt vermerkt',
  email_marked_unconfirmed: 'E-Mail-Adresse von der Verwaltung als unbestätigt vermerkt',
  sessions_ended_by_admin: 'Alle Sitzungen von der Verwaltung beendet',
  factors_removed_by_admin: 'Zweite Faktoren von der Verwaltung entfernt',
  sign_in_unlocked: 'Verschlossene Anmeldung von der Verwaltung geöffnet',
  reset_sent_by_admin: 'Link für ein neues Passwort von der Verwaltung geschickt',
};

export const notices: typeof en.notices = {
  user_invited: 'Das Konto ist angelegt, und eine Einladung ist per Mail unterwegs.',
  user_changed: 'Die Änderung ist gemacht.',
  user_disabled: 'Das Konto ist gesperrt, und alle seine Sitzungen sind beendet.',
  user_enabled: 'Das Konto ist freigegeben. Wem es gehört, kann sich wieder anmelden.',
  user_sessions_ended: 'Alle Sitzungen dieses Kontos sind beendet.',
  user_factors_removed: 'Die zweiten Faktoren sind entfernt, und alle Sitzungen dieses Kontos sind beendet.',
  user_unlocked: 'Die Anmeldung ist wieder offen.',
  user_reset_sent: 'Ein Link für ein neues Passwort ist per Mail unterwegs.',
  user_deleted: 'Das Konto ist gelöscht, mit allem, was darüber gespeichert war.',
};

export const problems: Messages = {};
