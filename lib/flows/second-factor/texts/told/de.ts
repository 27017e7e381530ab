import type * as en from './en.ts';

export const events: typeof en.events = {
  second_factor_failed: 'Falscher zweiter Faktor gezeigt, nach dem richtigen Passwort',
  reauthenticated: 'Erneut ausgewiesen',
  totp_added: 'Authentifizierungs-App hinzugefügt',
  totp_removed: 'Authentifizierungs-App entfernt',
  recovery_codes_made: 'Neue Wiederherstellungscodes erstellt',
  recovery_code_used: 'Wiederherstellungscode benutzt',
  passkey_added: 'Passkey hinzugefügt',
  passkey_renamed: 'Passkey umbenannt',
  passkey_removed: 'Passkey entfernt',
  passkey_refused: 'Passkey abgelehnt, da es eine Kopie davon geben kann',
  password_removed: 'Passwort entfernt',
  provider_linked: 'Anmeldung über einen anderen Dienst verknüpft',
  provider_unlinked: 'Anmeldung über einen anderen Dienst gelöst',
  factors_taken_away: 'Wege zur Anmeldung entfernt, die es vor der Bestätigung der Adresse gab',
};

export const letters: typeof en.letters = {
  changes: {
    totp_added: {
      subject: (site) => `Eine Authentifizierungs-App wurde bei ${site} hinzugefügt`,
      happened:
        'Eben wurde eine Authentifizierungs-App hinzugefügt. Die Anmeldung verlangt von jetzt an ihre Codes.',
    },
    totp_removed: {
      subject: (site) => `Die Authentifizierungs-App wurde bei ${site} entfernt`,
      happened: 'Eben wurde die Authentifizierungs-App entfernt, und alle anderen Sitzungen sind beendet.',
    },
    recovery_codes_made: {
      subject: (site) => `Neue Wiederherstellungscodes wurden bei ${site} erstellt`,
      happened: 'Eben wurden neue Wiederherstellungscodes erstellt. Die vorigen gelten nicht mehr.',
    },
    recovery_code_used: {
      subject: (site) => `Ein Wiederherstellungscode wurde bei ${site} benutzt`,
      happened:
        'Eben wurde einer Ihrer Wiederherstellungscodes zur Anmeldung benutzt. Er gilt kein zweites Mal.',
    },
    passkey_added: {
      subject: (site) => `Ein Passkey wurde bei ${site} hinzugefügt`,
      happened:
        'Eben wurde ein Passkey hinzugefügt. Er genügt allein zur Anmeldung, und nach dem Passwort wird auch er verlangt.',
    },
    passkey_removed: {
      subject: (site) => `Ein Passkey wurde bei ${site} entfernt`,
      happened: 'Eben wurde ein Passkey entfernt, und alle anderen Sitzungen sind beendet.',
    },
    password_removed: {
      subject: (site) => `Das Passwort wurde bei ${site} entfernt`,
      happened: 'Eben wurde das Passwort entfernt, und alle anderen Sitzungen sind beendet.',
    },
    provider_linked: {
      subject: (site) => `Ein weiterer Weg zur Anmeldung wurde bei ${site} hinzugefügt`,
      happened:
        'Eben wurde die Anmeldung über einen anderen Dienst verknüpft. Sie führt von jetzt an in Ihr Konto.',
    },
    provider_unlinked: {
      subject: (site) => `Ein Weg zur Anmeldung wurde bei ${site} entfernt`,
      happened:
        'Eben wurde die Anmeldung über einen anderen Dienst gelöst, und alle anderen Sitzungen sind beendet.',
    },
  },
  about: (site) => `Es geht um Ihr Konto bei ${site}.`,
  left: [
    'Keiner ist übrig. Erstellen Sie neue in Ihren Einstellungen.',
    'Einer ist übrig. Erstellen Sie neue in Ihren Einstellungen.',
    'Zwei sind übrig. Erstellen Sie neue in Ihren Einstellungen.',
  ],
  wasItYou: 'Wenn Sie es waren, ist alles in Ordnung. Wenn nicht, wählen Sie sofort ein neues Passwort:',
  link: 'Ein neues Passwort wählen',
  stays: 'Ein neues Passwort entfernt dies nicht. Bitten Sie darum, wer diesen Dienst betreibt.',
};
