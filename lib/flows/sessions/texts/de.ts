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

export const pages: typeof en.pages = {
  devices: {
    title: 'Geräte',
    lead: 'Wo Sie angemeldet sind. Eine Sitzung, die Sie beenden, gilt von der nächsten Anfrage an nicht mehr.',
    unknown: 'Unbekanntes Gerät',
    current: 'Dieses Gerät',
    inUse: 'Jetzt in Benutzung',
    used: 'Zuletzt benutzt am {at}',
    from: (ip) => `, von ${ip}`,
    life: 'Angemeldet am {since}. Endet am {until}, wenn sie nicht benutzt wird.',
    signOut: 'Hier abmelden',
    end: 'Sitzung beenden',
    which: 'auf {name}, angemeldet am {since}',
  },
  others: {
    title: 'Gehören nicht alle Ihnen?',
    lead: 'Beenden Sie alle Sitzungen außer dieser, und {choose}.',
    choose: 'wählen Sie dann ein neues Passwort',
    submit: 'Alle anderen Sitzungen beenden',
  },
};

export const problems: Messages = {
  'You have no session of this id. It may have ended already.':
    'Diese Sitzung haben Sie nicht. Vielleicht ist sie schon beendet.',
  'Choose a session to end.': 'Wählen Sie eine Sitzung, die enden soll.',
};
