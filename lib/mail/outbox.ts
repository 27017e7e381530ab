import { type Collection, ObjectId } from 'mongodb';
import type { Limit, Mongo } from '../store/mongo/client.ts';
import { emailKey } from '../users/email.ts';
import type { Mail, Mailer } from './mailer.ts';

/** A mail that was kept instead of sent. */
export interface KeptMail extends Mail {
  readonly sentAt: Date;
}

interface MailDocument extends KeptMail {
  _id: ObjectId;
  /** For comparing. */
  toKey: string;
  /** Null where it says that the user is gone, so that it stays to be read. */
  userId: string | null;
  /** The TTL index sweeps by it. */
  expiresAt: Date;
}

export const outboxCollection = 'outbox';

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

/** Newest mails about a user that an export shows. */
const exportedAtMost = 1000;

const keptMs = 7 * 24 * 60 * 60 * 1000;

/** @param print is shown each mail as well. */
export function createOutbox({
  mongo,
  now,
  print,
}: {
  mongo: Mongo;
  now: () => Date;
  print?: (mail: Mail) => void;
}): Outbox {
  const run = <T>(operation: (outbox: Collection<MailDocument>, limit: Limit) => Promise<T>): Promise<T> =>
    mongo.run((db, limit) => operation(db.collection<MailDocument>(outboxCollection), limit));
  const newestFirst = { sentAt: -1, _id: -1 } as const;

  return {
    send: async (mail, userId) => {
      const sentAt = now();
      const expiresAt = new Date(sentAt.getTime() + keptMs);
      const kept = { ...mail, toKey: emailKey(mail.to), userId, sentAt, expiresAt };
      const _id = new ObjectId();
      await run((outbox, limit) => outbox.replaceOne({ _id }, kept, { ...limit, upsert: true }));
      print?.(mail);
    },
    list: async (to) => {
      const filter = to === undefined ? {} : { toKey: emailKey(to) };
      const found = await run((outbox, limit) =>
        outbox.find(filter, limit).sort(newestFirst).limit(100).toArray(),
      );
      return found.map(({ to, subject, text, html, sentAt }) => ({ to, subject, text, html, sentAt }));
    },
    listAbout: async (userId, to) => {
      const filter = { toKey: emailKey(to), userId };
      const found = await run((outbox, limit) =>
        outbox.find(filter, limit).sort(newestFirst).limit(exportedAtMost).toArray(),
      );
      return found.map(({ to, subject, sentAt }) => ({ to, subject, sentAt }));
    },
    erase: async (userId) => {
      await run((outbox, limit) => outbox.deleteMany({ userId }, limit));
    },
    eraseTo: async (email) => {
      await run((outbox, limit) => outbox.deleteMany({ toKey: emailKey(email) }, limit));
    },
  };
}
