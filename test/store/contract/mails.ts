import { beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../../lib/store/contract.ts';
import type { MailRecord } from '../../../lib/store/records.ts';
import { noon } from './new-user.ts';
import type { OpenStore } from './open-store.ts';

const at = noon;
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);

function newMail(to: string, more: Partial<MailRecord> = {}): MailRecord {
  const toKey = to.toLowerCase();
  return { to, toKey, subject: 'Hello', text: 'Hi', html: '<p>Hi', userId: null, sentAt: at, ...more };
}

/** What every store promises of mail jobs, and of mails that are kept instead of sent. */
export function mailsContract(open: OpenStore<'mailJobs' | 'outbox'>): void {
  let store: Pick<Store, 'mailJobs' | 'outbox'>;
  beforeAll(async () => {
    store = await open();
  });

  describe('mail jobs', () => {
    test('are noted once, of ten at once too, and known from then on', async () => {
      const before = await store.mailJobs.has('job');
      const noted = await Promise.all(
        Array.from({ length: 10 }, () => store.mailJobs.note('job', later(60))),
      );

      expect(before).toBe(false);
      expect(noted.filter(Boolean)).toHaveLength(1);
      expect(await store.mailJobs.has('job')).toBe(true);
      expect(await store.mailJobs.has('another')).toBe(false);
    });
  });

  describe('the outbox', () => {
    test('lists mails newest first, all of them or by whom they are to and about', async () => {
      const { outbox } = store;
      const first = newMail('Ada@example.com', { userId: 'ada' });
      const second = newMail('ada@example.com', { userId: 'eve', sentAt: later(1) });
      const third = newMail('eve@example.com', { userId: 'eve', sentAt: later(2) });
      for (const mail of [second, first, third]) await outbox.add(mail, later(86_400));

      expect(await outbox.list(10)).toEqual([third, second, first]);
      expect(await outbox.list(1)).toEqual([third]);
      expect(await outbox.list(10, { toKey: 'ada@example.com' })).toEqual([second, first]);
      expect(await outbox.list(10, { toKey: 'ada@example.com', userId: 'ada' })).toEqual([first]);
    });

    test('erases by whom mails are about, and by whom they are to', async () => {
      const { outbox } = store;
      for (const _ of ['once', 'twice']) await outbox.eraseAbout('eve');
      const left = await outbox.list(10);
      for (const _ of ['once', 'twice']) await outbox.eraseTo('ada@example.com');

      expect(left.map(({ userId }) => userId)).toEqual(['ada']);
      expect(await outbox.list(10)).toEqual([]);
    });
  });
}
