import { lifetimeOf } from '../../../tokens/token-kind.ts';
import type { Messages } from '../../../web/page/messages.ts';
import { invitation } from '../../shared/token-kinds.ts';
import type * as en from './en.ts';

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
