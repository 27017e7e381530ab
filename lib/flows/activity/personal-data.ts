import type { PersonalDataPart } from '../shared/personal-data.ts';

/** What happened in the account. */
export const activityPersonalData: readonly PersonalDataPart[] = [
  {
    kind: 'events',
    export: { name: 'activity', read: ({ id }, { activity }) => activity.export(id) },
    erase: ({ id }, { activity }) => activity.erase(id),
  },
];
