import type { Messages } from '../../../web/page/messages.ts';
import type * as en from './en.ts';

export const events: typeof en.events = {
  sign_in: 'Angemeldet',
  sign_in_failed: 'Fehlgeschlagener Versuch, sich anzumelden',
  sign_out: 'Abgemeldet',
  provider_logout: 'Sitzungen beendet, da Sie sich beim Anbieter abgemeldet haben, über den sie kamen',
};

export const notices: typeof en.notices = { signed_out: 'Sie sind abgemeldet.' };

export const problems: Messages = {};
