import type * as en from './en.ts';

export const pages: typeof en.pages = {
  title: 'Aktivität',
  lead: (days) => `Was in den letzten ${days} Tagen in Ihrem Konto geschehen ist, das Neueste zuerst.`,
  empty: 'Es gibt noch nichts.',
  noneOlder: 'Es gibt nichts Älteres.',
  older: 'Älteres',
  newest: 'Zurück zum Neuesten',
  notYou: 'Waren Sie etwas davon nicht selbst? {choose}, und {look}.',
  choose: 'Wählen Sie ein neues Passwort',
  look: 'sehen Sie dann nach Ihren Geräten',
  about: 'von Ihnen getan, an einem Konto',
};
