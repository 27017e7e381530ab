import { lifetimeOf } from '../../../tokens/token-kind.ts';
import type { Messages } from '../../../web/page/messages.ts';
import { verifyEmail } from '../../shared/token-kinds.ts';
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

export const problems: Messages = {};
