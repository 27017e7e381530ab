import type { Messages } from '../../../web/page/messages.ts';
import type * as en from './en.ts';

export const notices: typeof en.notices = {
  reauthenticated: 'Sie haben sich ausgewiesen. Fahren Sie mit dem fort, was Sie vorhatten.',
  totp_added: 'Die Authentifizierungs-App ist hinzugefügt. Die Anmeldung verlangt von jetzt an ihre Codes.',
  totp_removed: 'Die Authentifizierungs-App ist entfernt, und alle anderen Sitzungen sind beendet.',
  passkey_added: 'Der Passkey ist hinzugefügt.',
  passkey_renamed: 'Der Name ist gespeichert.',
  passkey_removed: 'Der Passkey ist entfernt, und alle anderen Sitzungen sind beendet.',
  password_removed: 'Das Passwort ist entfernt, und alle anderen Sitzungen sind beendet.',
  provider_linked: 'Die Anmeldung ist verknüpft. Sie können sich von jetzt an damit anmelden.',
  provider_unlinked: 'Die Anmeldung ist gelöst, und alle anderen Sitzungen sind beendet.',
};

export const pages: typeof en.pages = {
  fields: {
    code: 'Code',
    codeHint: 'Die sechs Ziffern, die Ihre Authentifizierungs-App jetzt zeigt.',
    recoveryCode: 'Wiederherstellungscode',
    recoveryCodeHint:
      'Einer der Codes, die Sie aufbewahrt haben, etwa K7QD-2FXW-M5LP-ZJ3A. Jeder gilt einmal.',
    password: 'Passwort',
    passkeyName: 'Name',
    passkeyNameHint:
      'Damit Sie ihn von anderen unterscheiden. Ohne Namen heißt er nach dem, was ihn aufbewahrt.',
  },
  forms: {
    usePasskey: 'Einen Passkey benutzen',
    noScript:
      'Ihren Passkey zeigen Sie mit einem Browser, der Passkeys kennt und in dem JavaScript eingeschaltet ist.',
    orCode: 'Haben Sie keinen solchen, benutzen Sie einen Wiederherstellungscode.',
    lostBoth: 'Ist beides nicht zur Hand?',
    lostApp: 'Ist Ihre App nicht zur Hand?',
    lostPasskey: 'Ist Ihr Passkey nicht zur Hand?',
    nothing: 'Hier gibt es nichts, was Sie zeigen könnten. Melden Sie sich ab und dann wieder an.',
  },
  secondFactor: {
    title: 'Zweiter Faktor',
    heading: 'Noch ein Schritt',
    lead: 'Zur Anmeldung ist auch Ihr zweiter Faktor nötig.',
    submit: 'Anmelden',
    cancel: 'Anmeldung abbrechen',
  },
  reauthenticate: {
    title: 'Weisen Sie sich aus',
    heading: (email) => `Sind Sie es, ${email}?`,
    lead: 'Für das, was nun kommt, müssen Sie sich in den letzten 10 Minuten ausgewiesen haben.',
    submit: 'Bestätigen',
    back: 'Zurück',
  },
  security: { title: 'Sicherheit', lead: 'Was Sie zeigen können, um sich anzumelden.' },
  password: {
    title: 'Passwort',
    none: 'keines',
    set: 'gesetzt',
    byProvider: 'Sie melden sich ohne Passwort an.',
    byPasskey: 'Sie melden sich allein mit einem Passkey an.',
    canSet: 'Ein Passwort können Sie in Ihren {settings} setzen.',
    change: 'Sie ändern es in Ihren {settings}.',
    settings: 'Einstellungen',
    canDoWithout:
      'Sobald Sie sich allein mit einem Passkey angemeldet haben, können Sie auf ein Passwort verzichten.',
    doWithout: 'Auf ein Passwort verzichten',
    removed: 'Danach melden Sie sich ohne Passwort an, und alle anderen Geräte werden abgemeldet.',
    mail: 'Wenn Sie verlieren, was übrig ist, können Sie über eine Mail ein neues Passwort setzen.',
    mailAndCode:
      'Wenn Sie verlieren, was übrig ist, können Sie über eine Mail ein neues Passwort setzen, und danach brauchen Sie einen Ihrer Wiederherstellungscodes.',
    remove: 'Das Passwort entfernen',
  },
  passkeys: {
    title: 'Passkeys',
    none: 'keine',
    lead: 'Ihr Fingerabdruck, Ihr Gesicht oder ein Schlüssel meldet Sie an, anstelle des Passworts. Ein Passkey gilt nur auf dieser Website: Eine gefälschte bekommt nichts.',
    afterPassword: 'Sobald Sie einen haben, verlangt die Anmeldung nach dem Passwort auch ihn.',
    synced: 'synchronisiert',
    used: 'Hinzugefügt am {added}, zuletzt benutzt am {used}',
    notUsed: 'Hinzugefügt am {added}, noch nicht benutzt',
    change: 'Umbenennen oder entfernen {name}',
    rename: 'Den Namen speichern',
    removed: 'Wenn Sie ihn entfernen, werden alle anderen Geräte abgemeldet.',
    onlyPassword:
      'Wenn Sie ihn entfernen, genügt das Passwort allein zur Anmeldung, und alle anderen Geräte werden abgemeldet.',
    remove: 'Diesen Passkey entfernen',
    noScript:
      'Einen Passkey fügen Sie mit einem Browser hinzu, der Passkeys kennt und in dem JavaScript eingeschaltet ist.',
    add: 'Einen Passkey hinzufügen',
  },
  app: {
    title: 'Authentifizierungs-App',
    off: 'aus',
    on: 'an',
    lead: 'Eine App auf Ihrem Telefon zeigt alle 30 Sekunden einen neuen Code.',
    afterPassword: 'Die Anmeldung verlangt ihn nach dem Passwort.',
    add: 'Eine App hinzufügen',
    asks: 'Die Anmeldung verlangt nach dem Passwort auch einen Code der App.',
    asksEither: 'Die Anmeldung verlangt nach dem Passwort auch einen Code der App oder einen Passkey.',
    shows: 'Mit einem Code der App weisen Sie sich aus, bevor Sie Wichtiges ändern.',
    used: 'Hinzugefügt am {added}, zuletzt benutzt am {used}.',
    removed: 'Wenn Sie sie entfernen, werden alle anderen Geräte abgemeldet.',
    onlyPassword:
      'Wenn Sie sie entfernen, genügt das Passwort allein zur Anmeldung, und alle anderen Geräte werden abgemeldet.',
    remove: 'Die App entfernen',
  },
  newApp: {
    title: 'Eine Authentifizierungs-App hinzufügen',
    back: 'Zurück zur Sicherheit',
    scan: 'Scannen Sie dies mit einer Authentifizierungs-App auf Ihrem Telefon.',
    qrCode: 'QR-Code des Geheimnisses, das darunter als Text steht',
    type: 'Oder tippen Sie dies in die App: {secret}',
    codeHint: 'Die sechs Ziffern, die die App jetzt zeigt. Sie haben 10 Minuten Zeit.',
    submit: 'Die App hinzufügen',
    nothing:
      'Es gibt nichts zu scannen: Es wird 10 Minuten lang aufbewahrt, und nur, bis sein erster Code eingegeben ist.',
    again: 'Neu beginnen',
  },
  providers: {
    title: 'Andere Dienste',
    none: 'keine',
    lead: 'Sobald die Anmeldung über einen anderen Dienst verknüpft ist, meldet sie Sie hier an. Wer sich hier abmeldet, bleibt dort angemeldet.',
    linked: 'Verknüpft am {at}',
    change: 'Verknüpfung lösen {name}',
    removed: 'Danach meldet er Sie nicht mehr an, und alle anderen Geräte werden abgemeldet.',
    remove: 'Verknüpfung lösen',
    add: (name) => `${name} verknüpfen`,
  },
  onToProvider: {
    title: (name) => `Weiter zu ${name}`,
    lead: 'Melden Sie sich dort an, und Sie kommen hierher zurück.',
    link: (name) => `Weiter zu ${name}`,
  },
  codes: {
    title: 'Wiederherstellungscodes',
    left: (count) => `${count} übrig`,
    lead: (lost) =>
      `Jeder lässt Sie einmal hinein, wenn ${lost} verloren ist. Neue treten an die Stelle derer, die Sie haben.`,
    lostApp: 'die App',
    lostPasskey: 'ein Passkey',
    lostEither: 'die App oder ein Passkey',
    make: 'Neue Codes erstellen',
  },
  newCodes: {
    title: 'Wiederherstellungscodes',
    heading: 'Ihre Wiederherstellungscodes',
    why: {
      app: 'Die Anmeldung verlangt von jetzt an auch einen Code Ihrer App. Wenn die App verloren ist, lässt einer von diesen Sie hinein.',
      passkey:
        'Die Anmeldung verlangt von jetzt an nach dem Passwort auch Ihren Passkey. Wenn der Passkey verloren ist, lässt einer von diesen Sie hinein.',
      codes: 'Die Codes, die Sie vorher hatten, gelten nicht mehr.',
    },
    keep: '{once} Drucken Sie diese Seite, laden Sie die Codes herunter, oder schreiben Sie sie auf, und bewahren Sie sie auf, wo nur Sie sie finden. Jeder gilt einmal.',
    once: 'Sie sehen sie nur dieses eine Mal.',
    whose: (email) => `Für ${email}`,
    download: 'Als Textdatei herunterladen',
    file: 'wiederherstellungscodes.txt',
    inFile: (email) => `Wiederherstellungscodes von ${email}. Jeder gilt einmal.`,
    kept: 'Ich habe sie aufbewahrt',
  },
};

export const problems: Messages = {
  'The passkey is there already': 'Den Passkey gibt es schon',
  'You have this passkey already.': 'Sie haben diesen Passkey schon.',
  'Too many passkeys': 'Zu viele Passkeys',
  'You have 20 passkeys. Remove one first.': 'Sie haben 20 Passkeys. Entfernen Sie zuerst einen.',
  'You have no passkey of this id. It may have been removed already.':
    'Diesen Passkey haben Sie nicht. Vielleicht ist er schon entfernt.',
  'The provider is linked already': 'Der Anbieter ist schon verknüpft',
  'You sign in by {} already. Unlink that first.':
    'Sie melden sich schon über {} an. Lösen Sie zuerst diese Verknüpfung.',
  'You do not sign in by this provider. It may have been unlinked already.':
    'Über diesen Anbieter melden Sie sich nicht an. Vielleicht ist die Verknüpfung schon gelöst.',
  'Without it you could not sign in any more. Set a password, or sign in once with a passkey alone.':
    'Ohne ihn könnten Sie sich nicht mehr anmelden. Setzen Sie ein Passwort, oder melden Sie sich einmal allein mit einem Passkey an.',
  'The code is wrong, or was used before. Wait for the next one, or use another.':
    'Der Code ist falsch oder wurde schon benutzt. Warten Sie auf den nächsten, oder benutzen Sie einen anderen.',
  'is wrong, or was used before': 'ist falsch oder wurde schon benutzt',
  'The passkey was not accepted. Try again, or show something else.':
    'Der Passkey wurde nicht angenommen. Versuchen Sie es noch einmal, oder zeigen Sie etwas anderes.',
  'was not accepted': 'wurde nicht angenommen',
  'It was wrong too many times. Sign in again.': 'Das war zu oft falsch. Melden Sie sich wieder an.',
  'must be JSON': 'muss JSON sein',
  'must be base64url': 'muss base64url sein',
  'must be public-key': 'muss public-key sein',
};
