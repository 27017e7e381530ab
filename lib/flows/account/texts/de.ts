import type { Messages } from '../../../web/page/messages.ts';
import type * as en from './en.ts';

export const events: typeof en.events = {
  name_changed: 'Name geändert',
  wrong_password: 'Falsches aktuelles Passwort eingegeben',
  password_changed: 'Passwort geändert',
};

export const notices: typeof en.notices = {
  name_changed: 'Ihr Name ist gespeichert.',
  email_requested:
    'Wir haben eine Mail an die neue Adresse geschickt. Die Änderung gilt, sobald Sie ihrem Link folgen.',
  password_changed: 'Ihr neues Passwort gilt, und alle anderen Sitzungen sind beendet.',
  left: 'Ihr Konto ist gelöscht, mit allem, was über Sie gespeichert war.',
};

export const problems: Messages = {};
