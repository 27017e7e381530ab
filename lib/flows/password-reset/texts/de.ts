import { lifetimeOf } from '../../../tokens/token-kind.ts';
import type { Messages } from '../../../web/page/messages.ts';
import { resetPassword } from '../../shared/token-kinds.ts';
import type * as en from './en.ts';

const lifetime = lifetimeOf(resetPassword, 'de');

export const events: typeof en.events = { password_reset: 'Passwort über einen Link aus einer Mail gesetzt' };

export const notices: typeof en.notices = {
  reset_requested: `Wenn es ein Konto mit dieser Adresse gibt, ist eine Mail unterwegs. Ihr Link gilt ${lifetime} lang.`,
  password_reset: 'Ihr neues Passwort gilt, und alle Sitzungen sind beendet. Melden Sie sich damit an.',
};

export const pages: typeof en.pages = {
  forgot: {
    title: 'Passwort vergessen?',
    lead: 'Nennen Sie uns Ihre E-Mail-Adresse. Wir schicken Ihnen einen Link, um ein neues zu wählen.',
    submit: 'Link schicken',
    back: 'Zurück zur Anmeldung',
  },
  reset: {
    title: 'Ein neues Passwort wählen',
    devices: 'Danach ist jedes Gerät abgemeldet, das dort angemeldet ist.',
    submit: 'Neues Passwort setzen',
    expired: 'Ist der Link abgelaufen? {again}',
    askAnew: 'Einen neuen anfordern',
    again: 'Einen neuen Link anfordern',
  },
  done: {
    reset: {
      title: 'Ihr neues Passwort gilt',
      text: 'Dieser Link hat es gesetzt, und alle Sitzungen des Kontos sind beendet.',
    },
    invitation: {
      title: 'Ihr Passwort gilt',
      text: 'Dieser Link hat es gesetzt, und die Adresse ist bestätigt.',
    },
  },
};

export const letters: typeof en.letters = {
  resetPassword: {
    subject: (site) => `Ein neues Passwort für ${site} wählen`,
    paragraphs: (site) => [
      `Jemand, vermutlich Sie, hat für ${site} ein neues Passwort angefordert. Wählen Sie es innerhalb von ${lifetime}:`,
    ],
    link: 'Ein neues Passwort wählen',
    closing: [
      'Damit enden alle Sitzungen Ihres Kontos. Wer noch einmal anfordert, macht diesen Link wertlos.',
      'Wenn Sie es nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist.',
    ],
  },
};

export const problems: Messages = {};
