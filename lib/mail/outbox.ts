import type { OutboxRecords } from '../store/contract.ts';
import { emailKey } from '../users/email.ts';
import type { Mail, Mailer } from './mailer.ts';

/** A mail that was kept instead of sent. */
export interface KeptMail extends Mail {
  readonly sentAt: Date;
}

/** The mails of `dev` and `test`: kept in the database, so that every function sees the same. */
export interface Outbox extends Mailer {
  /** Newest first, 100 at most; with `to`, only those to that address. */
  list(to?: string): Promise<KeptMail[]>;
  /**
   * What was mailed about a user to the user's own address, newest first, without the bodies, which carry tokens. What
   * went to another address would tell whether that one is somebody's.
   */
  listAbout(userId: string, to: string): Promise<Pick<KeptMail, 'to' | 'subject' | 'sentAt'>[]>;
  erase(userId: string): Promise<void>;
  /** Takes out every mail to an address, such as that of a sign-up before there was a user. */
  eraseTo(email: string): Promise<void>;
}

/** Newest mails that a list shows. */
const listedAtMost = 100;

/** Newest mails about a user that an export shows. */
const exportedAtMost = 1000;

const keptMs = 7 * 24 * 60 * 60 * 1000;

export interface OutboxOptions {
  store: { outbox: OutboxRecords };
  now: () => Date;
  /** Is shown each mail as well. */
  print?: (mail: Mail) => void;
}

export function createOutbox({ store: { outbox }, now, print }: OutboxOptions): Outbox {
  return {
    send: async (mail, userId) => {
      const sentAt = now();
      const { to, subject, text, html } = mail;
      const kept = { to, toKey: emailKey(to), subject, text, html, userId, sentAt };
      await outbox.add(kept, new Date(sentAt.getTime() + keptMs));
      print?.(mail);
    },
    list: async (to) => {
      const found = await outbox.list(listedAtMost, to === undefined ? {} : { toKey: emailKey(to) });
      return found.map(({ to, subject, text, html, sentAt }) => ({ to, subject, text, html, sentAt }));
    },
    listAbout: async (userId, to) => {
      const found = await outbox.list(exportedAtMost, { toKey: emailKey(to), userId });
      return found.map(({ to, subject, sentAt }) => ({ to, subject, sentAt }));
    },
    erase: outbox.eraseAbout,
    eraseTo: (email) => outbox.eraseTo(emailKey(email)),
  };
}
