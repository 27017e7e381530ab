import { lifetimeOf } from '../../../tokens/token-kind.ts';
import type { Messages } from '../../../web/page/messages.ts';
import { invitation } from '../../shared/token-kinds.ts';
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

export const pages: typeof en.pages = {
  fields: {
    name: 'Name',
    roles: 'Rollen',
    rolesHint:
      'Mit Kommas dazwischen, etwa „editor, author“. Mit „admin“ darf jemand alles, was Sie hier dürfen.',
  },
  tags: {
    disabled: 'gesperrt',
    locked: 'Anmeldung verschlossen',
    confirmed: 'bestätigt',
    unconfirmed: 'nicht bestätigt',
  },
  users: {
    title: 'Verwaltung',
    invite: 'Jemanden einladen',
    events: 'Aktivität aller Konten',
    query: 'Adresse, Name oder Kennung',
    queryHint: 'Der Anfang einer E-Mail-Adresse oder eines Namens, oder eine ganze Kennung.',
    role: 'Rolle',
    disabled: 'Nur gesperrte Konten',
    disabledHint: 'Solche, die von der Verwaltung gesperrt sind.',
    submit: 'Suchen',
    all: 'Alle Konten',
    found: 'Gefunden',
    nobody: 'Es gibt niemanden.',
    nobodyHere: 'Auf dieser Seite steht niemand.',
    nobodyMore: 'Es gibt sonst niemanden.',
    since: 'seit {at}',
    next: 'Weiter',
    first: 'Zurück zum Anfang',
  },
  invitation: {
    title: 'Jemanden einladen',
    lead: `Das Konto wird sofort angelegt. Wem es gehören soll, bekommt eine Mail mit einem Link, um ein Passwort zu wählen. Er gilt ${lifetimeOf(invitation, 'de')} lang.`,
    submit: 'Die Einladung schicken',
    back: 'Zurück zu allen Konten',
  },
  user: {
    all: 'Alle Konten',
    events: 'Aktivität dieses Kontos',
    sureAddress: 'E-Mail-Adresse dieses Kontos',
  },
  facts: {
    noName: 'Ohne Namen',
    address: 'Adresse',
    roles: 'Rollen',
    noRoles: 'keine',
    since: 'Seit',
    lastSignIn: 'Letzte Anmeldung',
    noSignIn: 'keine bekannt',
    id: 'Kennung',
  },
  name: { title: 'Name und Rollen', submit: 'Name speichern', submitRoles: 'Rollen speichern' },
  address: {
    title: 'Adresse und Passwort',
    reset: 'Link für ein neues Passwort schicken',
    unconfirm: 'Die Adresse als unbestätigt vermerken',
    unconfirmText:
      'Die nächste Bestätigung entfernt die zweiten Faktoren und die Anmeldungen über andere Dienste, die es dann gibt.',
    submitUnconfirm: 'Als unbestätigt vermerken',
    confirm: 'Die Adresse als bestätigt vermerken',
    locked:
      'Das Passwort wurde zu oft falsch geraten, deshalb ist die Anmeldung für eine Weile verschlossen.',
    unlock: 'Die Anmeldung öffnen',
  },
  factors: {
    title: 'Wege zur Anmeldung',
    password: 'Ein Passwort',
    noPassword: 'Kein Passwort',
    app: 'Eine Authentifizierungs-App, seit {at}',
    passkey: 'Passkey „{name}“, seit {at}',
    lastUsed: ', zuletzt benutzt am {at}',
    codes: (left) => `Wiederherstellungscodes: ${left} übrig`,
    provider: '{name}, seit {at}',
    remove: 'Die zweiten Faktoren entfernen',
    removeText:
      'Die App, die Passkeys und die Wiederherstellungscodes werden entfernt, und alle Sitzungen enden. Wer kein Passwort hat, wählt dann eines über einen Link aus einer Mail.',
    submitRemove: 'Zweite Faktoren entfernen',
  },
  sessions: {
    title: 'Sitzungen',
    none: 'Es gibt keine.',
    unknown: 'Unbekanntes Gerät',
    when: 'Angemeldet am {created}, zuletzt benutzt am {seen}',
    from: (ip) => `, von ${ip}`,
    end: 'Alle Sitzungen beenden',
    endText: 'Jedes Gerät wird bei seiner nächsten Anfrage abgemeldet.',
  },
  grave: {
    title: 'Sperren oder löschen',
    enable: 'Das Konto freigeben',
    disable: 'Das Konto sperren',
    disableText:
      'Alle Sitzungen enden sofort, und kein Weg führt hinein, bis das Konto wieder freigegeben wird.',
    erase: 'Das Konto löschen',
    eraseText:
      'Das Konto und alles, was darüber gespeichert ist, wird sofort gelöscht. Das lässt sich nicht rückgängig machen.',
  },
  events: {
    title: 'Aktivität aller Konten',
    lead: (days) => `Was in den letzten ${days} Tagen geschehen ist, das Neueste zuerst.`,
    user: 'Kennung eines Kontos',
    type: 'Was geschehen ist',
    everything: 'Alles',
    submit: 'Anzeigen',
    found: 'Ereignisse',
    nothing: 'Es gibt nichts.',
    nothingOlder: 'Es gibt nichts Älteres.',
    of: 'In der Aktivität von {user}',
    by: ', durch {user}',
    about: ', betrifft {user}',
    operator: 'die Betreiber',
    older: 'Ältere',
    newest: 'Zurück zu den neuesten',
    users: 'Alle Konten',
  },
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

export const problems: Messages = {
  'There is no user of this id.': 'Ein Konto mit dieser Kennung gibt es nicht.',
  'This is not the address of this account.': 'Das ist nicht die Adresse dieses Kontos.',
  'must be the address of this account': 'muss die Adresse dieses Kontos sein',
  'must be small letters, digits, - and _, at most 32, and begin with a letter':
    'Eine Rolle besteht aus kleinen Buchstaben, Ziffern, - und _, höchstens 32, und beginnt mit einem Buchstaben',
  'must be a list of roles': 'muss eine Liste von Rollen sein',
  'must not be more than {}': 'Mehr als {} sind nicht möglich',
  'must be a kind of event': 'muss eine Art von Ereignis sein',
};
