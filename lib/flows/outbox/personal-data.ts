import type { PersonalDataPart } from '../shared/personal-data.ts';

/** Mails that are kept instead of sent. */
export const outboxPersonalData: readonly PersonalDataPart[] = [
  {
    kind: 'outbox',
    export: { name: 'mails', read: ({ id, email }, { outbox }) => outbox.listAbout(id, email) },
    erase: async ({ id, email }, { outbox }) => {
      await outbox.erase(id);
      await outbox.eraseTo(email);
    },
  },
];
