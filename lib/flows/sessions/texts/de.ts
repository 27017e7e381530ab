import type { Messages } from '../../../web/page/messages.ts';
import type * as en from './en.ts';

export const events: typeof en.events = {
  session_ended: 'Eine Sitzung wurde beendet',
  other_sessions_ended: 'Alle anderen Sitzungen wurden beendet',
  all_sessions_ended: 'Alle Sitzungen wurden beendet',
};

export const notices: typeof en.notices = {
  session_ended: 'Die Sitzung ist beendet. Dieses Gerät ist abgemeldet.',
  others_ended: 'Alle anderen Sitzungen sind beendet.',
};

export const problems: Messages = {};
