import { lifetimeOf } from '../../../../tokens/token-kind.ts';
import { invitation } from '../../../shared/token-kinds.ts';
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

export const letters: typeof en.letters = {
  invited: {
    subject: (site) => `Sie sind zu ${site} eingeladen`,
    paragraphs: (site) => [
      `Die Betreiber von ${site} haben dort für diese Adresse ein Konto angelegt. Wählen Sie innerhalb von ${lifetimeOf(invitation, 'de')} ein Passwort, und melden Sie sich damit an:`,
    ],
    link: 'Ein Passwort wählen',
    closing: [
      'Wenn Sie das Konto nicht wollen, tun Sie nichts: Ohne diesen Link kann sich niemand anmelden.',
    ],
  },
  changed: {
    about: (site) => `Die Verwaltung hat Ihr Konto bei ${site} geändert.`,
    link: (site) => `Zu ${site}`,
    choose: 'Hier wählen Sie ein Passwort:',
    chooseLink: 'Ein neues Passwort wählen',
    closing: ['Wenn Sie nicht wissen, warum, fragen Sie, wer diesen Dienst betreibt.'],
  },
  changes: {
    account_disabled: {
      subject: (site) => `Ihr Konto bei ${site} wurde gesperrt`,
      happened: 'Es ist gesperrt: Alle Sitzungen sind beendet, und niemand kann sich dort anmelden.',
    },
    account_enabled: {
      subject: (site) => `Ihr Konto bei ${site} wurde freigegeben`,
      happened: 'Es ist wieder freigegeben: Sie können sich anmelden.',
    },
    account_deleted: {
      subject: (site) => `Ihr Konto bei ${site} wurde gelöscht`,
      happened: 'Es ist gelöscht, mit allem, was darüber gespeichert war.',
    },
    roles_changed: {
      subject: (site) => `Ihre Rollen bei ${site} wurden geändert`,
      happened: 'Es hat jetzt andere Rollen, so dass Sie mehr oder weniger dürfen als vorher.',
    },
    name_changed: {
      subject: (site) => `Ihr Name bei ${site} wurde geändert`,
      happened: 'Es hat jetzt einen anderen Namen.',
    },
    email_confirmed: {
      subject: (site) => `Ihre E-Mail-Adresse bei ${site} gilt als bestätigt`,
      happened: 'Seine E-Mail-Adresse gilt jetzt als bestätigt.',
    },
    email_unconfirmed: {
      subject: (site) => `Ihre E-Mail-Adresse bei ${site} gilt als unbestätigt`,
      happened:
        'Seine E-Mail-Adresse gilt jetzt als unbestätigt. Was sie zuerst wieder bestätigt, entfernt die Passkeys, Apps und Anmeldungen über andere Dienste, die es gibt.',
    },
    sessions_ended: {
      subject: (site) => `Sie wurden bei ${site} überall abgemeldet`,
      happened: 'Alle seine Sitzungen sind beendet. Melden Sie sich wieder an.',
    },
    factors_removed: {
      subject: (site) => `Ihre zweiten Faktoren bei ${site} wurden entfernt`,
      happened:
        'Seine Authentifizierungs-App, Passkeys und Wiederherstellungscodes sind entfernt, und alle Sitzungen sind beendet. Melden Sie sich an, und richten Sie sie neu ein. Wer kein Passwort hat, wählt zuerst eines.',
    },
  },
};
